// `npm run prove -- [technology…] [--write]`: each tool of the catalogue, on the real Kubernetes; `--write` keeps what was
// seen for the map. SLIPWAY_GIT_MIRROR (a path with `{owner}` and `{name}`) names repositories of this machine.
import { writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '@slipway/api';
import { gitMirror } from '@slipway/cluster';
import { catalogue } from '@slipway/platform';
import { ACCEPTED } from '../../packages/definition/src/upstream/accepted.generated.ts';
import { noRealCluster, type RealCluster, realCluster } from '../real-cluster.ts';
import { proveTool } from './prove-tool.ts';

const FACTS = new URL('../../packages/definition/src/upstream/accepted.generated.ts', import.meta.url);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean', default: false } },
});
const missing = noRealCluster();
if (missing) throw new Error(missing);
const tools = catalogue().technologies.filter(
  ({ id, upstream }) => upstream && (positionals.length === 0 || positionals.includes(id)),
);
const cluster = await realCluster({ nodes: 3 });
if (!cluster) throw new Error('the real Kubernetes did not start');
try {
  const good = await proveAll(cluster);
  process.stdout.write(`${good} of ${tools.length} accepted\n`);
  process.exitCode = good === tools.length ? 0 : 1;
} finally {
  await cluster.stop();
}

async function proveAll(cluster: RealCluster): Promise<number> {
  const cacheFolder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'slipway');
  const template = process.env.SLIPWAY_GIT_MIRROR;
  const sources = { cacheFolder, ...(template ? { mirrorOf: gitMirror(template) } : {}) };
  const { gitVersion } = (await cluster.client().read('/version')) as { gitVersion: string };
  const kubernetes = /^v(\d+\.\d+)/.exec(gitVersion)?.[1] ?? gitVersion;
  const facts = { ...ACCEPTED };
  let good = 0;
  for (const { id } of tools) {
    delete facts[id];
    try {
      const seen = await proveTool(cluster, id, sources);
      facts[id] = { kubernetes, versions: seen.versions };
      good++;
      process.stdout.write(`ok      ${JSON.stringify(seen)}\n`);
    } catch (error) {
      process.stdout.write(`not ok  ${id}: ${messageOf(error).slice(0, 1500)}\n`);
    }
    if (values.write) writeFacts(facts);
  }
  return good;
}

function writeFacts(facts: typeof ACCEPTED): void {
  const lines = Object.entries(facts)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, { kubernetes, versions }]) => {
      const key = /^[a-z]+$/.test(id) ? id : `'${id}'`;
      const list = versions.map(version => `'${version}'`).join(', ');
      return `  ${key}: { kubernetes: '${kubernetes}', versions: [${list}] },`;
    });
  const body = lines.length > 0 ? `{\n${lines.join('\n')}\n}` : '{}';
  writeFileSync(
    FACTS,
    `// Written by \`npm run prove -- --write\`: what the real API server took, release by release.\nexport const ACCEPTED: Record<string, { kubernetes: string; versions: string[] }> = ${body};\n`,
  );
}
