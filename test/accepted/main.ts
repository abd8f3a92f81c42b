// `npm run prove -- [technology…]`: each tool of the catalogue, on the real Kubernetes.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '@slipway/api';
import { gitMirror } from '@slipway/definition';
import { catalogue } from '@slipway/platform';
import { noRealCluster, realCluster } from '../real-cluster.ts';
import { proveTool } from './prove-tool.ts';

const missing = noRealCluster();
if (missing) throw new Error(missing);
const asked = process.argv.slice(2);
const ids = catalogue()
  .technologies.filter(({ id, upstream }) => upstream && (asked.length === 0 || asked.includes(id)))
  .map(({ id }) => id);
const cluster = await realCluster({ nodes: 3 });
if (!cluster) throw new Error('no cluster');
const cacheFolder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'slipway');
const template = process.env.SLIPWAY_GIT_MIRROR;
const sources = { cacheFolder, ...(template ? { mirrorOf: gitMirror(template) } : {}) };
let good = 0;
try {
  for (const id of ids) {
    try {
      const seen = await proveTool(cluster, id, sources);
      good++;
      console.log(`ok      ${JSON.stringify(seen)}`);
    } catch (error) {
      console.log(`not ok  ${id}: ${messageOf(error).slice(0, 1500)}`);
      process.exitCode = 1;
    }
  }
} finally {
  await cluster.stop();
}
console.log(`${good} of ${ids.length} accepted`);
