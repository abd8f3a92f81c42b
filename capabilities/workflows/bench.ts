// Workflows beside Argo's figures: `node capabilities/workflows/bench.ts`, or `npm run bench -- workflows`.
// Pods end as soon as they are made, so this is the overhead of the control plane alone, as it was for the peer.
import type { AnyObject } from '@slipway/api';
import { Pod, Workflow } from '@slipway/kinds';
import { type Series, table } from '../../bench/statistics.ts';
import { type Stage, stageWorkflows } from './technologies/argo-workflows/workflows.fixture.ts';

const RUNS = 5;
const STEPS = 20;
const BRANCHES = 200;
/** Argo Workflows v4 with DEFAULT_REQUEUE_TIME=100ms; with its defaults a step takes 10 s. */
const ARGO = { one: 152, sequence: 5_800, parallel: 23_200 };
const namespace = 'default';

const leaf = { name: 'leaf', container: { image: 'busybox', command: ['true'] } };
const SPECS = {
  one: { entrypoint: 'leaf', templates: [leaf] },
  sequence: {
    entrypoint: 'main',
    templates: [
      {
        name: 'main',
        steps: Array.from({ length: STEPS }, (_, index) => [{ name: `s${index}`, template: 'leaf' }]),
      },
      leaf,
    ],
  },
  parallel: {
    entrypoint: 'main',
    templates: [
      {
        name: 'main',
        dag: {
          tasks: [
            { name: 'first', template: 'leaf' },
            {
              name: 'many',
              template: 'leaf',
              dependencies: ['first'],
              withSequence: { count: `${BRANCHES}` },
            },
          ],
        },
      },
      leaf,
    ],
  },
};

/** From creating a Workflow until a watch sees it Succeeded; API server, store and controller are one process with this one. */
export async function benchWorkflows(): Promise<Series[]> {
  const stage = await stageWorkflows();
  const ended = new AbortController();
  const kubelet = endPods(stage, ended.signal);
  try {
    const one = await repeat(() => run(stage, SPECS.one));
    const sequence = await repeat(() => run(stage, SPECS.sequence));
    const parallel = await repeat(() => run(stage, SPECS.parallel));
    return [
      row('1 step', one, ARGO.one),
      row(`${STEPS} steps, one after the other`, sequence, ARGO.sequence),
      row(`DAG: 1, then ${BRANCHES} at once`, parallel, ARGO.parallel),
    ];
  } finally {
    ended.abort();
    await kubelet;
    await stage.stop();
  }
}

async function run({ client }: Stage, spec: object): Promise<void> {
  const made = await client.create(Workflow, {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Workflow',
    metadata: { generateName: 'bench-', namespace },
    spec: spec as Record<string, unknown>,
  });
  const { name, resourceVersion } = made.metadata;
  const done = new AbortController();
  const fieldSelector = `metadata.name=${name}`;
  for await (const { type, object } of client.watch(Workflow, {
    namespace,
    fieldSelector,
    resourceVersion,
    signal: done.signal,
  })) {
    const phase = type === 'BOOKMARK' ? '' : String((object as AnyObject).status?.phase ?? '');
    if (phase === 'Failed' || phase === 'Error') throw new Error(`${name}: ${phase}`);
    if (phase !== 'Succeeded') continue;
    done.abort();
    return;
  }
}

/** In place of a kubelet: every pod succeeds when it is made. */
async function endPods({ client, finishPod }: Stage, signal: AbortSignal): Promise<void> {
  const { metadata } = await client.list(Pod, { namespace });
  const resourceVersion = metadata.resourceVersion ?? '';
  try {
    for await (const { type, object } of client.watch(Pod, { namespace, resourceVersion, signal }))
      if (type === 'ADDED') void finishPod(object as unknown as AnyObject, { exitCode: 0, log: '' });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function row(name: string, values: number[], argo: number): Series {
  return { name, unit: 'ms', values, against: { name: 'Argo Workflows', value: argo } };
}

async function repeat(work: () => Promise<void>): Promise<number[]> {
  const values: number[] = [];
  for (let index = 0; index < RUNS; index++) {
    const began = performance.now();
    await work();
    values.push(performance.now() - began);
  }
  return values;
}

if (import.meta.main) process.stdout.write(`${table(await benchWorkflows())}\n`);
