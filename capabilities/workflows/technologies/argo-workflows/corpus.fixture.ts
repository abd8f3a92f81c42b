// Argo's own example workflows, which the repository does not hold, and how each has to end.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseYaml } from '@slipway/render';
import type { ArgoTemplate, ArgoWorkflow } from './model.ts';

const shared = process.env.SLIPWAY_SHARED;
const folder = shared ? join(shared, 'corpora', 'argo-workflows') : undefined;
/** Why the corpus cannot be used; false when it can. */
export const skip =
  folder && existsSync(folder) ? false : 'the corpus of Argo’s examples is not here (SLIPWAY_SHARED)';

/** One document of a file. */
export interface Example {
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

/** Every document, in the order of the files. */
export const all = examples();
export const workflows = all.filter(({ object }) => object.kind === 'Workflow');
export const templates = all
  .filter(({ object }) => /WorkflowTemplate$/.test(object.kind))
  .map(({ object }) => object as ArgoTemplate);

/** Refused, each by the name of what this engine does not do. */
export const REFUSED: Record<string, RegExp> = {
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
export const INCOMPLETE: Record<string, RegExp> = {
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
export function endOf({ file, object }: Example): string {
  const meant =
    object.metadata.labels?.['workflows.argoproj.io/no-test'] === 'expected-failure' ? 'Failed' : 'Succeeded';
  return ENDS[file]?.phase ?? meant;
}

/** ConfigMaps that the examples expect in their namespace. */
export const configMaps = {
  'simple-parameters': { msg: 'hello', 'sh-command': 'sh' },
  'my-config': { workflow: '1', template: '2' },
};
