// How soon a pod is Ready, beside `podman run` of the same files: `node capabilities/compute/bench.ts`.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Pod } from '@slipway/kinds';
import { missingPodman, type Podman, startPodman } from '@slipway/sandbox/conformance';
import { type Series, table } from '../../bench/statistics.ts';
import { isReady, podOf } from './conformance.ts';
import { openTestbed, subjectOf, type Testbed } from './technologies/kubernetes/testbed.ts';

const ROUNDS = 15;
const COMMAND = ['sleep', '1000'];

/** In alternation, so that whatever else the machine does meets both. Needs root, and Podman for the comparison. */
export async function benchCompute(): Promise<Series[]> {
  const bed = await openTestbed({ driver: 'sandbox' });
  const podman = missingPodman() ? undefined : await startPodman();
  const [pods, containers]: [number[], number[]] = [[], []];
  try {
    if (podman) importRoot(podman, join(bed.folder, 'root'));
    await startPod(bed);
    if (podman) runContainer(podman);
    for (let round = 0; round < ROUNDS; round++) {
      pods.push(await startPod(bed));
      if (podman) containers.push(runContainer(podman));
    }
  } finally {
    await podman?.stop();
    await bed.close();
  }
  return [
    { name: 'pod: create to Ready', unit: 'ms', values: pods },
    { name: 'podman run --detach, no network', unit: 'ms', values: containers },
  ];
}

/** From the create call until a watch tells that it is Ready; removed before the next. */
async function startPod(bed: Testbed): Promise<number> {
  const pod = podOf(subjectOf(bed), { containers: [{ command: COMMAND }], terminationGracePeriodSeconds: 0 });
  const key = { namespace: 'default', name: pod.metadata.name ?? '' };
  const over = new AbortController();
  const begun = performance.now();
  const created = await bed.client.create(Pod, pod);
  const options = {
    namespace: 'default',
    resourceVersion: created.metadata.resourceVersion ?? '',
    signal: over.signal,
  };
  for await (const event of bed.client.watch(Pod, options)) {
    if ('object' in event && isReady(event.object as Pod)) break;
  }
  const ms = performance.now() - begun;
  over.abort();
  await bed.client.delete(Pod, key);
  while (await bed.client.find(Pod, key)) await new Promise(resolve => setTimeout(resolve, 10));
  return ms;
}

function importRoot(podman: Podman, root: string): void {
  const tar = `${root}.tar`;
  spawnSync('tar', ['-C', root, '-cf', tar, '.']);
  spawnSync('podman', podman.args(['import', tar, 'localhost/bench']), { stdio: 'ignore' });
  rmSync(tar);
}

function runContainer(podman: Podman): number {
  const limits = ['--ulimit=nofile=1024:1024', '--ulimit=nproc=4096:4096'];
  const args = podman.args(['run', '--detach', '--network=none', ...limits, 'localhost/bench', ...COMMAND]);
  const begun = performance.now();
  const { stdout, status, stderr } = spawnSync('podman', args, { encoding: 'utf8' });
  const ms = performance.now() - begun;
  if (status !== 0) throw new Error(`podman run: ${stderr}`);
  spawnSync('podman', podman.args(['rm', '--force', '--time=0', stdout.trim()]), { stdio: 'ignore' });
  return ms;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(table(await benchCompute()));
