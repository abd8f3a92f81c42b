// `npm run bench [-- SECTION… --json FILE]`: medians and spread of what people wait for. Compare ratios, not digits:
// machines are noisy. Sections: the names in SECTIONS below.
import { writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { benchRegistry } from '../capabilities/artifacts/bench.ts';
import { benchBuilds } from '../capabilities/artifacts/bench-builds.ts';
import { benchCatalog } from '../capabilities/catalog/bench.ts';
import { benchTemplates } from '../capabilities/catalog/bench-templates.ts';
import { benchCompute } from '../capabilities/compute/bench.ts';
import { benchDelivery } from '../capabilities/delivery/bench.ts';
import { benchIdentity } from '../capabilities/identity/bench.ts';
import { benchSource } from '../capabilities/source/bench.ts';
import { benchWorkflows } from '../capabilities/workflows/bench.ts';
import { benchApi } from './api.ts';
import { benchApply } from './apply.ts';
import { benchProxies } from './beside-proxies.ts';
import { benchCharts } from './charts.ts';
import { benchClone } from './clone.ts';
import { benchCluster } from './cluster.ts';
import { benchGateway } from './gateway.ts';
import { benchKustomize } from './kustomize.ts';
import { benchLoop } from './loop.ts';
import { benchService } from './service.ts';
import { benchStart } from './start.ts';
import { type Series, table } from './statistics.ts';

const SECTIONS: Record<string, () => Promise<Series[]>> = {
  clone: benchClone,
  start: benchStart,
  apply: benchApply,
  service: benchService,
  api: benchApi,
  gateway: benchGateway,
  proxies: benchProxies,
  registry: benchRegistry,
  builds: benchBuilds,
  compute: benchCompute,
  source: benchSource,
  delivery: benchDelivery,
  charts: benchCharts,
  kustomize: benchKustomize,
  cluster: benchCluster,
  workflows: benchWorkflows,
  identity: benchIdentity,
  catalog: benchCatalog,
  templates: benchTemplates,
  loop: benchLoop,
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } });
const wanted = positionals.length > 0 ? positionals : Object.keys(SECTIONS);
const unknown = wanted.find(name => !SECTIONS[name]);
if (unknown) throw new Error(`section ${unknown}: known are ${Object.keys(SECTIONS).join(', ')}`);

const machine = {
  cpu: cpus()[0]?.model ?? '',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 1024 ** 3),
  node: process.version,
};
process.stdout.write(`${machine.cores} × ${machine.cpu}, ${machine.memoryGiB} GiB, Node ${machine.node}\n`);
const results: Record<string, Series[]> = {};
for (const name of wanted) {
  const series = (await SECTIONS[name]?.()) ?? [];
  results[name] = series;
  process.stdout.write(`\n${name}\n${table(series)}\n`);
}
if (values.json) await writeFile(values.json, `${JSON.stringify({ machine, results }, undefined, 2)}\n`);
