import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseYaml } from '@slipway/render';
import type { ArgoTemplate, ArgoWorkflow, PodRequest } from './model.ts';
import {
  nodeNameOf,
  type PodBehaviour,
  type Simulation,
  simulate,
  workflowFrom,
} from './workflow/simulation.fixture.ts';
import { validateTemplate } from './workflow/validate.ts';

const shared = process.env['SLIPWAY_SHARED'];
const folder = shared ? join(shared, 'corpora', 'argo-workflows') : undefined;
const skip =
  folder && existsSync(folder) ? false : 'the corpus of Argo’s examples is not here (SLIPWAY_SHARED)';

interface Example {
  file: string;
  object: ArgoWorkflow;
}

/** Every document of the corpus. go-yaml lets flow scalars go on at the parent's indentation; ours does not. */
function examples(): Example[] {
  if (skip || !folder) return [];
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file =>
    file.endsWith('.yaml'),
  );
  return files.sort().flatMap(file => {
    const text = readFileSync(join(folder, file), 'utf8').replace(/^(\s*)(["']?\])/gm, '$1  $2');
    return parseYaml(text, file).map(({ value }) => ({ file, object: value as ArgoWorkflow }));
  });
}

const all = examples();
const workflows = all.filter(({ object }) => object.kind === 'Workflow');
const templates = all
  .filter(({ object }) => /WorkflowTemplate$/.test(object.kind))
  .map(({ object }) => object as ArgoTemplate);

/** Refused, each by the name of what this engine does not do. */
const REFUSED: Record<string, RegExp> = {
  'artifact-passing-explicit-plugin.yaml': /plugin is not supported/,
  'artifact-repository-ref.yaml': /artifactRepositoryRef is not supported/,
  'ci-output-artifact.yaml': /volumeClaimTemplates is not supported/,
  'container-set-template/graph-workflow.yaml': /containerSet is not supported/,
  'container-set-template/parallel-workflow.yaml': /containerSet is not supported/,
  'container-set-template/sequence-workflow.yaml': /containerSet is not supported/,
  'http-success-condition.yaml': /http is not supported/,
  'input-artifact-azure.yaml': /azure is not supported/,
  'input-artifact-gcs.yaml': /gcs is not supported/,
  'input-artifact-oss.yaml': /oss is not supported/,
  'input-artifact-s3.yaml': /s3 is not supported/,
  'output-artifact-azure.yaml': /azure is not supported/,
  'output-artifact-s3.yaml': /s3 is not supported/,
  'resource-claims-template-override.yaml': /resourceClaims is not supported/,
  'resource-claims.yaml': /resourceClaims is not supported/,
  'synchronization-db-mutex-tmpl-level.yaml': /database is not supported/,
  'synchronization-db-mutex-wf-level.yaml': /database is not supported/,
  'synchronization-db-tmpl-level.yaml': /database is not supported/,
  'synchronization-db-wf-level.yaml': /database is not supported/,
  'volumes-pvc.yaml': /volumeClaimTemplates is not supported/,
  'work-avoidance.yaml': /volumeClaimTemplates is not supported/,
  'workflow-level-executor-plugin.yaml': /executorPlugins is not supported/,
  // Outputs in files need a wrapper around the command, and these images' own entrypoint is not known here.
  'expression-tag-template-workflow.yaml': /has outputs in files but no command/,
  'key-only-artifact.yaml': /has outputs in files but no command/,
};

/** The corpus leaves these WorkflowTemplates and ConfigMaps out; upstream fails without them too. */
const INCOMPLETE: Record<string, RegExp> = {
  'workflow-template/dag.yaml': /"workflow-template-print-message" not found/,
  'workflow-template/hello-world.yaml': /"workflow-template-print-message" not found/,
  'workflow-template/retry-with-steps.yaml': /"workflow-template-random-fail-template" not found/,
  'workflow-template/workflow-template-ref-with-entrypoint-arg-passing.yaml':
    /"workflow-template-print-message" not found/,
  'workflow-template/workflow-template-ref.yaml': /"workflow-template-submittable" not found/,
};

/** Ends other than Succeeded, as upstream has them when the containers do what their commands say. */
const ENDS: Record<string, { phase: string; because: string }> = {
  'dag-disable-failFast.yaml': {
    phase: 'Failed',
    because: 'one branch fails on purpose; the others run to their end',
  },
  'pod-gc-strategy.yaml': { phase: 'Failed', because: 'one of its steps fails on purpose' },
  'pod-gc-strategy-with-label-selector.yaml': {
    phase: 'Failed',
    because: 'one of its steps fails on purpose',
  },
  'step-level-timeout.yaml': { phase: 'Failed', because: 'both steps sleep longer than they may' },
  'intermediate-parameters.yaml': { phase: 'Running', because: 'it waits for a person’s answer' },
  'suspend-template-outputs.yaml': { phase: 'Running', because: 'it waits for a person’s answer' },
};

/** Upstream marks what is meant to fail. */
function endOf({ file, object }: Example): string {
  const meant =
    object.metadata.labels?.['workflows.argoproj.io/no-test'] === 'expected-failure' ? 'Failed' : 'Succeeded';
  return ENDS[file]?.phase ?? meant;
}

const RESULTS: [RegExp, RegExp, string][] = [
  [/parameter-aggregation/, /odd-or-even/, '{"num": 2, "evenness": "even"}'],
  [/withsequence/, /./, '2'],
  [/loops-param-result|handle-large/, /./, '[1,2]'],
  [/recursive-for-loop/, /./, '10'],
];

/** What a pod does: it fails when its command says so, and puts out something for every declared output. */
function behave(file: string, pod: PodRequest): PodBehaviour {
  const main = pod.spec.containers.find(container => container.name === 'main');
  const command = [...(main?.command ?? []), ...(main?.args ?? [])].join(' ');
  const outputs = outputsOf(pod);
  const number = /parameters?\.num|"num"|\bnum\b/.test(JSON.stringify(outputs)) ? '4' : '2';
  const [, , result = 'heads'] =
    RESULTS.find(([files, nodes]) => files.test(file) && nodes.test(nodeNameOf(pod))) ?? [];
  return {
    exitCode: /(^|[;"' ])exit [1-9]["']?\s*$/.test(command) ? 1 : 0,
    result,
    parameters: Object.fromEntries(
      outputs
        .filter(({ kind }) => kind === 'parameter')
        .map(({ name }) => [name, name === 'evenness' ? 'even' : number]),
    ),
    artifacts: Object.fromEntries(
      outputs.filter(({ kind }) => kind === 'artifact').map(({ name }) => [name, { name, s3: { key: 'k' } }]),
    ),
    // Deadlines are about sleepers; elsewhere sleeping costs nothing here.
    runs: /timeout/.test(file) && /sleep (?:\d\d|\dd)/.test(command),
  };
}

function outputsOf(pod: PodRequest): { kind: string; name: string }[] {
  const wait = pod.spec.containers.find(container => container.name === 'wait');
  return JSON.parse(wait?.env?.find(({ name }) => name === 'SLIPWAY_OUTPUTS')?.value ?? '[]') as {
    kind: string;
    name: string;
  }[];
}

const configMaps = {
  'simple-parameters': { msg: 'hello', 'sh-command': 'sh' },
  'my-config': { workflow: '1', template: '2' },
};

function run({ file, object }: Example): Simulation {
  const options = { templates, configMaps, behave: (pod: PodRequest) => behave(file, pod) };
  return simulate(workflowFrom(JSON.stringify(object)), options);
}

test('every example workflow ends as upstream ends it, or is refused by the name of what is missing', {
  skip,
}, t => {
  const tally = { succeeded: 0, refused: 0, incomplete: 0 };
  for (const example of workflows) {
    const { workflow } = run(example);
    const { phase, message = '' } = workflow.status ?? {};
    const nodes = Object.values(workflow.status?.nodes ?? {});
    const text = [message, ...nodes.map(node => node.message ?? '')].join(' | ');
    const refusal = REFUSED[example.file] ?? INCOMPLETE[example.file];
    if (refusal) {
      assert.match(text, refusal, example.file);
      assert.match(phase ?? '', /Failed|Error/, example.file);
      tally[REFUSED[example.file] ? 'refused' : 'incomplete']++;
      continue;
    }
    assert.equal(phase, endOf(example), `${example.file}: ${text}`);
    tally.succeeded++;
  }
  t.diagnostic(
    `${tally.succeeded} of ${workflows.length} example workflows end as expected, ${tally.refused} are refused by name, ${tally.incomplete} need templates that the corpus does not hold`,
  );
});

test('every example template is accepted or refused by the name of what is missing', { skip }, () => {
  for (const { metadata, spec } of templates) {
    const names = new Set((spec.templates ?? []).map(({ name }) => name ?? ''));
    for (const template of spec.templates ?? []) {
      try {
        validateTemplate(template, names);
      } catch (error) {
        assert.match(String(error), /is not supported/, metadata.name ?? '');
      }
    }
  }
});
