import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyObject, Stored } from '@slipway/api';
import { Pod, Workflow } from '@slipway/kinds';
import type { WorkflowGround } from './contract.ts';

const DEADLINE_MS = 60_000;

/** The suite that every workflow technology passes, on any engine. Call it once with a ground that stays up. */
export function workflowConformance(name: string, ground: () => WorkflowGround): void {
  test(`${name}: a workflow of one container ends Succeeded, with labels, node and progress`, async () => {
    const ended = await runWorkflow(ground(), { entrypoint: 'main', templates: [echo('main', 'hello')] });
    assert.equal(phaseOf(ended), 'Succeeded');
    assert.equal(ended.metadata.labels?.['workflows.argoproj.io/completed'], 'true');
    assert.equal(ended.metadata.labels?.['workflows.argoproj.io/phase'], 'Succeeded');
    assert.equal(ended.status?.progress, '1/1');
    const root = nodesOf(ended)[ended.metadata.name];
    assert.equal(root?.type, 'Pod');
    assert.equal(root?.phase, 'Succeeded');
  });

  test(`${name}: a container that fails makes the workflow Failed and says how`, async () => {
    const failing = {
      ...echo('main', 'no'),
      container: { image: ground().image, command: ['sh', '-c', 'exit 3'] },
    };
    const ended = await runWorkflow(ground(), { entrypoint: 'main', templates: [failing] }, () => 3);
    assert.equal(phaseOf(ended), 'Failed');
    assert.match(String(ended.status?.message), /exit code 3/);
  });

  test(`${name}: steps run one after the other and hand over parameters and results`, async () => {
    const steps = [
      [{ name: 'first', template: 'say' }],
      [
        {
          name: 'second',
          template: 'show',
          arguments: { parameters: [{ name: 'm', value: '{{steps.first.outputs.result}}' }] },
        },
      ],
    ];
    const say = { name: 'say', script: { image: ground().image, command: ['sh'], source: 'echo heads' } };
    const show = { ...echo('show', '{{inputs.parameters.m}}'), inputs: { parameters: [{ name: 'm' }] } };
    const ended = await runWorkflow(ground(), {
      entrypoint: 'main',
      templates: [{ name: 'main', steps }, say, show],
    });
    assert.equal(phaseOf(ended), 'Succeeded');
    const second = Object.values(nodesOf(ended)).find(node => node.displayName === 'second');
    assert.deepEqual(second?.inputs, { parameters: [{ name: 'm', value: 'heads' }] });
  });

  test(`${name}: a workflow that cannot run ends at once with the reason`, async () => {
    const ended = await runWorkflow(ground(), { entrypoint: 'nothing', templates: [echo('main', 'x')] });
    assert.match(phaseOf(ended), /Failed|Error/);
    assert.match(String(ended.status?.message), /nothing/);
  });

  function echo(template: string, text: string): Record<string, unknown> {
    return { name: template, container: { image: ground().image, command: ['echo', text] } };
  }
}

type Node = Record<string, unknown>;
const nodesOf = (workflow: AnyObject): Record<string, Node> =>
  (workflow.status?.nodes ?? {}) as Record<string, Node>;
const phaseOf = (workflow: AnyObject): string => String(workflow.status?.phase ?? '');

/** Creates a workflow and waits for its end; on a ground without pods, `exitCodeOf` decides what they do. */
async function runWorkflow(
  ground: WorkflowGround,
  spec: Record<string, unknown>,
  exitCodeOf: (pod: AnyObject) => number = () => 0,
): Promise<Stored<AnyObject>> {
  const { client, namespace } = ground;
  const made = await client.create(Workflow, {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Workflow',
    metadata: { generateName: 'conformance-', namespace },
    spec,
  });
  const deadline = Date.now() + DEADLINE_MS;
  const finished = new Set<string>();
  for (;;) {
    const now = await client.get(Workflow, { namespace, name: made.metadata.name });
    if (/Succeeded|Failed|Error/.test(phaseOf(now))) return now;
    assert.ok(Date.now() < deadline, `workflow still ${phaseOf(now)}: ${JSON.stringify(now.status?.nodes)}`);
    if (!ground.runsPods) await finishPods(ground, made.metadata.name, finished, exitCodeOf);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

async function finishPods(
  ground: WorkflowGround,
  workflow: string,
  finished: Set<string>,
  exitCodeOf: (pod: AnyObject) => number,
): Promise<void> {
  const { items } = await ground.client.list(Pod, {
    namespace: ground.namespace,
    labelSelector: `workflows.argoproj.io/workflow=${workflow}`,
  });
  for (const pod of items) {
    if (finished.has(pod.metadata.name)) continue;
    finished.add(pod.metadata.name);
    await ground.finishPod?.(pod as unknown as AnyObject, {
      exitCode: exitCodeOf(pod as unknown as AnyObject),
      log: 'heads\n',
    });
  }
}
