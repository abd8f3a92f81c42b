import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseYaml } from '@slipway/render';
import type { ArgoWorkflow, NodeStatus } from '../model.ts';
import {
  nodeNameOf,
  type PodBehaviour,
  type SimulationOptions,
  simulate,
  workflowFrom,
} from './simulation.fixture.ts';

/** Golden files: a workflow and what its pods do (`.yaml`), and the status it must end with (`.json`). */
const folder = new URL('./testdata/', import.meta.url);

interface Golden {
  pods?: Record<string, PodBehaviour>;
  workflow: unknown;
}

for (const file of readdirSync(folder).filter(name => name.endsWith('.yaml'))) {
  test(`planWorkflow() gives the status of testdata/${file.replace('yaml', 'json')}`, () => {
    const golden = parseYaml(readFileSync(new URL(file, folder), 'utf8'), file)[0]?.value as Golden;
    const { workflow } = simulate(workflowFrom(JSON.stringify(golden.workflow)), {
      behave: pod => golden.pods?.[nodeNameOf(pod)] ?? golden.pods?.['*'] ?? {},
    });
    const expected = new URL(file.replace('.yaml', '.json'), folder);
    const actual = `${JSON.stringify(workflow.status, null, 2)}\n`;
    assert.equal(actual, readFileSync(expected, 'utf8'));
  });
}

const container = (name: string, more: object = {}) => ({
  name,
  container: { image: 'i', command: ['c'] },
  ...more,
});

function workflow(templates: object[], spec: object = {}): ArgoWorkflow {
  return workflowFrom(
    JSON.stringify({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Workflow',
      metadata: { name: 'wf' },
      spec: { entrypoint: 'main', templates, ...spec },
    }),
  );
}

const node = (end: ArgoWorkflow, name: string): NodeStatus | undefined =>
  Object.values(end.status?.nodes ?? {}).find(
    candidate => candidate.displayName === name || candidate.name === name,
  );

interface Row {
  because: string;
  workflow: ArgoWorkflow;
  options?: Partial<SimulationOptions>;
  phase: string;
  message?: RegExp;
  pods: number;
}

const fails = { behave: () => ({ exitCode: 1 }) };
const flaky = (times: number): Partial<SimulationOptions> => {
  let left = times;
  return { behave: () => ({ exitCode: left-- > 0 ? 1 : 0 }) };
};

const rows: Row[] = [
  {
    because: 'a retry ends with the first success',
    workflow: workflow([container('main', { retryStrategy: { limit: 3 } })]),
    options: flaky(2),
    phase: 'Succeeded',
    pods: 3,
  },
  {
    because: 'a limit of 2 means three attempts',
    workflow: workflow([container('main', { retryStrategy: { limit: '2' } })]),
    options: fails,
    phase: 'Failed',
    message: /No more retries left/,
    pods: 3,
  },
  {
    because: 'errors alone are retried under OnError',
    workflow: workflow([container('main', { retryStrategy: { limit: 2, retryPolicy: 'OnError' } })]),
    options: fails,
    phase: 'Failed',
    pods: 1,
  },
  {
    because: 'an expression decides on the exit code',
    workflow: workflow([
      container('main', { retryStrategy: { limit: 5, expression: 'asInt(lastRetry.exitCode) > 1' } }),
    ]),
    options: fails,
    phase: 'Failed',
    message: /evaluated to false/,
    pods: 1,
  },
  {
    because: 'backoff may not exceed its longest duration',
    workflow: workflow([
      container('main', {
        retryStrategy: { limit: 9, backoff: { duration: '1m', factor: 2, maxDuration: '5m' } },
      }),
    ]),
    options: fails,
    phase: 'Failed',
    message: /max duration/i,
    pods: 3,
  },
  {
    because: 'exit handlers run after a failure',
    workflow: workflow([container('main'), container('bye')], { onExit: 'bye' }),
    options: fails,
    phase: 'Failed',
    pods: 2,
  },
  {
    because: 'a failing exit handler fails a good workflow',
    workflow: workflow([container('main'), container('bye')], { onExit: 'bye' }),
    options: { behave: pod => ({ exitCode: /onExit/.test(nodeNameOf(pod)) ? 1 : 0 }) },
    phase: 'Failed',
    pods: 2,
  },
  {
    because: 'a step that may fail does not stop the next',
    workflow: workflow([
      {
        name: 'main',
        steps: [[{ name: 'a', template: 'x', continueOn: { failed: true } }], [{ name: 'b', template: 'x' }]],
      },
      container('x'),
    ]),
    options: { behave: pod => ({ exitCode: /\.a$/.test(nodeNameOf(pod)) ? 1 : 0 }) },
    phase: 'Succeeded',
    pods: 2,
  },
  {
    because: 'a failed step stops the next',
    workflow: workflow([
      { name: 'main', steps: [[{ name: 'a', template: 'x' }], [{ name: 'b', template: 'x' }]] },
      container('x'),
    ]),
    options: fails,
    phase: 'Failed',
    message: /child 'wf-\d+' failed/,
    pods: 1,
  },
  {
    because: 'a template that calls itself without end is stopped',
    workflow: workflow([{ name: 'main', steps: [[{ name: 'a', template: 'main' }]] }]),
    phase: 'Failed',
    pods: 0,
  },
  {
    because: 'suspending for a time passes by itself',
    workflow: workflow([{ name: 'main', suspend: { duration: '30s' } }]),
    phase: 'Succeeded',
    pods: 0,
  },
  {
    because: 'a deadline ends what still runs',
    workflow: workflow([container('main')], { activeDeadlineSeconds: 60 }),
    options: { behave: () => ({ runs: true }) },
    phase: 'Failed',
    message: /deadline/,
    pods: 1,
  },
  {
    because: 'a timeout ends its template',
    workflow: workflow([container('main', { timeout: '10s' })]),
    options: { behave: () => ({ runs: true }) },
    phase: 'Failed',
    message: /Step exceeded its deadline/,
    pods: 1,
  },
  {
    because: 'a variable nobody gives is an error before the pod',
    workflow: workflow([
      container('main', { container: { image: 'i', args: ['{{inputs.parameters.nope}}'] } }),
    ]),
    phase: 'Error',
    message: /failed to resolve \{\{inputs\.parameters\.nope\}\}/,
    pods: 0,
  },
  {
    because: 'dependencies in a circle are refused',
    workflow: workflow([
      {
        name: 'main',
        dag: {
          tasks: [
            { name: 'a', template: 'x', depends: 'b' },
            { name: 'b', template: 'x', depends: 'a' },
          ],
        },
      },
      container('x'),
    ]),
    phase: 'Failed',
    message: /dependency cycle detected: a->b->a/,
    pods: 0,
  },
  {
    because: 'an unsupported field is named',
    workflow: workflow([container('main', { memoize: { key: 'k' } })]),
    phase: 'Failed',
    message: /memoize is not supported/,
    pods: 0,
  },
  {
    because: 'a missing argument is named',
    workflow: workflow([container('main', { inputs: { parameters: [{ name: 'who' }] } })]),
    phase: 'Error',
    message: /inputs\.parameters\.who was not supplied/,
    pods: 0,
  },
  {
    because: 'an empty loop is a success without pods',
    workflow: workflow([
      { name: 'main', steps: [[{ name: 'a', template: 'x', withItems: [] }]] },
      container('x'),
    ]),
    phase: 'Succeeded',
    pods: 0,
  },
];
for (const { because, workflow: start, options, phase, message, pods } of rows) {
  test(`planWorkflow() ends ${phase} after ${pods} pods: ${because}`, () => {
    const end = simulate(start, { behave: () => ({}), ...options });
    assert.equal(end.workflow.status?.phase, phase, JSON.stringify(end.workflow.status, null, 1));
    assert.equal(end.pods.length, pods);
    if (message)
      assert.match(
        [
          end.workflow.status?.message,
          ...Object.values(end.workflow.status?.nodes ?? {}).map(each => each.message),
        ].join('\n'),
        message,
      );
  });
}

test('planWorkflow() gives the same plan again while nothing changes: no pod is asked for twice under another name', () => {
  const start = workflow([
    { name: 'main', steps: [[{ name: 'a', template: 'x', withItems: [1, 2, 3] }]] },
    container('x'),
  ]);
  const end = simulate(start, { behave: () => ({}) });
  const names = end.pods.map(pod => pod.metadata.name);
  assert.equal(new Set(names).size, 3);
});

test('planWorkflow() runs as many pods at once as parallelism allows', () => {
  const start = workflow(
    [{ name: 'main', steps: [[{ name: 'a', template: 'x', withItems: [1, 2, 3, 4, 5] }]] }, container('x')],
    { parallelism: 2 },
  );
  let most = 0;
  const end = simulate(start, {
    behave: () => ({}),
    between: ({ status }) => {
      most = Math.max(
        most,
        Object.values(status?.nodes ?? {}).filter(
          ({ type, phase }) => type === 'Pod' && (phase === 'Pending' || phase === 'Running'),
        ).length,
      );
    },
  });
  assert.equal(end.workflow.status?.phase, 'Succeeded');
  assert.equal(most, 2);
});

test('planWorkflow() ends daemons with the template that started them', () => {
  const steps = [
    [{ name: 'server', template: 'server' }],
    [
      {
        name: 'client',
        template: 'x',
        arguments: { parameters: [{ name: 'ip', value: '{{steps.server.ip}}' }] },
      },
    ],
  ];
  const start = workflow([
    { name: 'main', steps },
    container('server', { daemon: true }),
    container('x', { inputs: { parameters: [{ name: 'ip' }] } }),
  ]);
  const end = simulate(start, {
    behave: pod => ({ runs: /server/.test(nodeNameOf(pod)) }),
    between: ({ status }) => {
      for (const each of Object.values(status?.nodes ?? {})) assert.notEqual(each.message, 'pod deleted');
    },
  });
  assert.equal(end.workflow.status?.phase, 'Succeeded');
  assert.equal(end.stopped.length, 1);
  assert.equal(node(end.workflow, 'client')?.inputs?.parameters?.[0]?.value, '10.244.0.9');
});

test('planWorkflow() holds a mutex for one holder at a time', () => {
  const start = workflow([
    { name: 'main', steps: [[{ name: 'a', template: 'x', withItems: [1, 2, 3] }]] },
    container('x', { synchronization: { mutex: { name: 'm' } } }),
  ]);
  let most = 0;
  const end = simulate(start, {
    behave: () => ({}),
    between: ({ status }) => {
      const nodes = Object.values(status?.nodes ?? {}).filter(({ type }) => type === 'Pod');
      most = Math.max(
        most,
        nodes.filter(
          ({ phase, message }) =>
            phase === 'Running' || (phase === 'Pending' && !message?.startsWith('Waiting for')),
        ).length,
      );
    },
  });
  assert.equal(end.workflow.status?.phase, 'Succeeded');
  assert.equal(most, 1);
});
