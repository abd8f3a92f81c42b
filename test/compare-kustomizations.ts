// `npm run compare:kustomizations -- --kustomize <binary> [--random <number>] <folder…>`: builds every kustomization below
// the folders, and as many made by chance, here and with the real kustomize, and counts what is the same byte for byte.
// `--show` prints the first differences. Kustomizations are the reader's own: none are part of this project. What is to
// be fetched from elsewhere is left out.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { linkedSource } from '../apps/cli/src/rendering/linked-source.ts';
import { buildKustomization, RenderError } from '../packages/render/src/kustomize/index.ts';
import { randomKustomization } from '../packages/render/src/kustomize/random-kustomization.fixture.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kustomize: { type: 'string' },
    random: { type: 'string', default: '0' },
    show: { type: 'boolean', default: false },
  },
});
const { kustomize, show } = values;
if (!kustomize) {
  process.stdout.write(
    'skipped: give --kustomize <binary>, and --random <number> or folders with kustomizations\n',
  );
  process.exit(0);
}

interface Outcome {
  text: string;
  error: string;
}

const counts = { same: 0, sameMistake: 0, different: 0, remote: 0 };

async function ours(folder: string): Promise<Outcome> {
  try {
    const { text } = await buildKustomization({ reader: linkedSource('/'), path: folder });
    return { text, error: '' };
  } catch (error) {
    if (!(error instanceof RenderError)) throw error;
    return { text: '', error: `Error: ${error.message.slice(error.file.length + 2)}` };
  }
}

function theirs(folder: string): Outcome {
  // Nothing is fetched: whatever asks for the network fails at once.
  const nowhere = 'http://127.0.0.1:9';
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', https_proxy: nowhere, http_proxy: nowhere };
  const {
    stdout,
    stderr,
    status,
    error: failure,
  } = spawnSync(kustomize ?? '', ['build', folder], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    timeout: 20_000,
    env,
  });
  if (failure && 'code' in failure && failure.code === 'ETIMEDOUT')
    return { text: '', error: 'git fetch: timeout' };
  if (failure) throw failure;
  const at = stderr.indexOf('Error: ');
  // Where something was in memory says nothing.
  const error = stderr.slice(Math.max(at, 0)).replace(/ &\{0x[0-9a-f]+ [^}]*\}/g, '');
  return status === 0 ? { text: stdout, error: '' } : { text: '', error };
}

const REMOTE = /git (fetch|clone)|connection refused|dial tcp|proxyconnect|unable to access|timeout/;

async function compare(folder: string, name: string): Promise<void> {
  const [mine, real] = [await ours(folder), theirs(folder)];
  const kind = kindOf(mine, real);
  counts[kind]++;
  if (kind !== 'different') return;
  process.stdout.write(`${name}\n`);
  if (show) process.stdout.write(firstDifference(mine, real));
}

function kindOf(mine: Outcome, real: Outcome): keyof typeof counts {
  if (REMOTE.test(real.error)) return 'remote';
  if (mine.text !== real.text || mine.error.trim() !== real.error.trim()) return 'different';
  return real.error === '' ? 'same' : 'sameMistake';
}

function firstDifference(mine: Outcome, real: Outcome): string {
  const [own, other] = [mine, real].map(({ text, error }) => (text + error).split('\n'));
  const at = other?.findIndex((line, index) => line !== own?.[index]) ?? 0;
  const around = (lines: string[] | undefined) => lines?.slice(Math.max(0, at - 3), at + 5).join('\n');
  return `--- ours, line ${at + 1}\n${around(own)}\n--- theirs\n${around(other)}\n`;
}

const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

function* kustomizationsBelow(folder: string): Generator<string> {
  const entries = readdirSync(folder, { withFileTypes: true });
  if (entries.some(entry => !entry.isDirectory() && NAMES.includes(entry.name))) yield folder;
  for (const entry of entries)
    if (entry.isDirectory() && entry.name !== '.git') yield* kustomizationsBelow(join(folder, entry.name));
}

for (const root of positionals)
  for (const folder of kustomizationsBelow(realpathSync(resolve(root)))) await compare(folder, folder);
for (let seed = 0; seed < Number(values.random); seed++) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-kustomization-')));
  try {
    for (const [path, text] of Object.entries(randomKustomization(seed))) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    await compare(join(root, 'over'), `seed ${seed}`);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
const { same, sameMistake, different, remote } = counts;
process.stdout.write(
  `${same + sameMistake + different} kustomizations: ${same} identical, ${sameMistake} refused with the same message, ` +
    `${different} different; ${remote} more need the network or took 20 s\n`,
);
