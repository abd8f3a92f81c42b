// `npm run prove:containers -- -f platform.yaml [--kind NAME] [--until healthy] [--keep]`: a definition through its whole
// life on a cluster with real containers, by the command line alone. `--kind` makes a cluster on this machine for it
// (kind and a container engine have to be there) and takes it away; otherwise the definition's own target is used.
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { kindCluster } from '@slipway/compute/technologies/kind';
import { proofText } from '@slipway/definition';

const MAIN = join(import.meta.dirname, '..', '..', 'apps', 'cli', 'src', 'main.ts');
const { values } = parseArgs({
  options: {
    file: { type: 'string', short: 'f' },
    kind: { type: 'string' },
    until: { type: 'string', default: 'probed' },
    timeout: { type: 'string', default: '900' },
    keep: { type: 'boolean', default: false },
  },
});
const { file, kind, until, keep } = values;
if (!file) {
  process.stderr.write(
    'usage: npm run prove:containers -- -f platform.yaml [--kind NAME] [--until healthy] [--keep]\n',
  );
  process.exit(2);
}

const folder = await mkdtemp(join(tmpdir(), 'slipway-containers-'));
const kubeconfig = kind === undefined ? undefined : await makeCluster(kind);
try {
  await prove(file);
} finally {
  if (kind !== undefined && !keep) kindCommand(['delete', 'cluster', '--name', kind]);
  await rm(folder, { recursive: true, force: true });
}

async function makeCluster(name: string): Promise<string> {
  const config = join(folder, 'kind.json');
  const path = join(folder, 'kubeconfig');
  await writeFile(config, JSON.stringify(kindCluster({ name, workers: 1 })));
  kindCommand(['create', 'cluster', '--config', config, '--kubeconfig', path, '--wait', '180s']);
  return path;
}

function kindCommand(args: string[]): void {
  const { error, status } = spawnSync('kind', args, { stdio: 'inherit' });
  if (error) throw new Error('kind is not on the PATH: https://kind.sigs.k8s.io');
  if (status !== 0) throw new Error(`kind ${args.join(' ')}: exit code ${status}`);
}

interface Component {
  id: string;
  created: number;
  changed: number;
  removed: unknown[];
}

/** Each of these has to be true; the first that is not ends it. */
async function prove(definition: string): Promise<void> {
  const of = ['-f', definition];
  const apply = ['apply', ...of, '--until', until, '--timeout', values.timeout, '-o', 'json'];
  await step('it is valid', ['validate', ...of]);
  await step('nothing stands in its way', ['doctor', ...of], [0, 3]);
  const planned = await step('it can be planned', ['plan', ...of, '-o', 'json']);
  const { platform } = JSON.parse(planned) as { platform: string };
  const first = JSON.parse(await step(`everything is ${until}`, apply)) as { components: Component[] };
  const again = JSON.parse(await step('a second apply', apply)) as { components: Component[] };
  const changed = again.components.filter(each => each.created + each.changed + each.removed.length > 0);
  if (changed.length > 0) throw new Error(`a second apply changed ${changed.map(({ id }) => id).join(', ')}`);
  await step('nothing differs', ['diff', ...of]);
  await step('its state is told', ['status', ...of]);
  for (const { id } of first.components)
    process.stdout.write(`${id}: ${until} in containers; so far: ${proofText(id)}\n`);
  if (keep) return;
  await step('it goes again, and leaves nothing', ['destroy', ...of, '--yes', platform]);
}

function step(what: string, args: string[], codes = [0]): Promise<string> {
  const env = kubeconfig === undefined ? process.env : { ...process.env, KUBECONFIG: kubeconfig };
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const options = { env, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(process.execPath, [MAIN, ...args], options, (error, out) => {
      const code = error ? Number(error.code) : 0;
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      process.stdout.write(`${codes.includes(code) ? 'ok    ' : 'not ok'} ${what} (${seconds} s)\n`);
      if (codes.includes(code)) resolve(out);
      else reject(new Error(`slipway ${args.join(' ')}: exit code ${code}\n${out}`));
    });
    child.stderr?.pipe(process.stderr);
  });
}
