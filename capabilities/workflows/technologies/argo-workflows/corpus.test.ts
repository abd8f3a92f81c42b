import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  configMaps,
  type Example,
  endOf,
  INCOMPLETE,
  REFUSED,
  skip,
  templates,
  workflows,
} from './corpus.fixture.ts';
import type { PodRequest } from './model.ts';
import {
  nodeNameOf,
  type PodBehaviour,
  type Simulation,
  simulate,
  workflowFrom,
} from './workflow/simulation.fixture.ts';
import { validateTemplate } from './workflow/validate.ts';

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
