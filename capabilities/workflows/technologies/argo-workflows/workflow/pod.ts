import { SlipwayError } from '@slipway/api';
import type { Container, EnvVar, PodSpec, Volume } from '@slipway/kinds';
import { executorScript, wrapperScript } from '../executor/script.ts';
import {
  ANNOTATION,
  type Artifact,
  LABEL,
  type PodRequest,
  type Template,
  textOf,
  type WorkflowSpec,
} from '../model.ts';
import { substitute } from '../substitution/substitute.ts';
import type { Execution } from './execution.ts';
import { nodeIdOf, podNameOf } from './names.ts';
import { patchPodSpec } from './pod-patch.ts';
import type { Run } from './run.ts';

const RUN_DIR = '/var/run/argo';
const INPUTS = '/argo/inputs/artifacts';
const SCRIPT_DIR = '/argo/staging';

/** The pod of a container or script template (createWorkflowPod): same labels, annotations and name as upstream's. */
export function buildPod(run: Run, execution: Execution): Omit<PodRequest, 'nodeId'> {
  const { template, nodeName, templateName } = execution;
  refuseLeftovers(template);
  const nodeId = nodeIdOf(run.name, nodeName);
  const podName = podNameOf(run.name, nodeName, templateName);
  const workflowSpec = filledSpec(run, podName);
  const needs = { inputs: template.inputs?.artifacts ?? [], outputs: outputPaths(template) };
  const main = mainContainer(template, needs);
  const spec: PodSpec = {
    ...inherited(workflowSpec),
    ...inherited(template),
    restartPolicy: 'Never',
    containers: [main, ...(needs.outputs.length > 0 ? [waitContainer(run, template, nodeId, main)] : [])],
    volumes: volumesOf(workflowSpec, template, needs),
  };
  const deadline = Number(textOf(template.activeDeadlineSeconds));
  if (template.activeDeadlineSeconds !== undefined && deadline > 0) spec.activeDeadlineSeconds = deadline;
  const init = initContainers(run, template, nodeId, needs.inputs, main);
  if (init.length > 0) spec.initContainers = init;
  const patches = [workflowSpec.podSpecPatch, template.podSpecPatch].flatMap(patch => patch ?? []);
  const { metadata } = run.workflow;
  return {
    metadata: {
      name: podName,
      namespace: run.namespace,
      labels: {
        ...workflowSpec.podMetadata?.labels,
        ...template.metadata?.labels,
        [LABEL.workflow]: run.name,
        [LABEL.completed]: 'false',
      },
      annotations: {
        ...workflowSpec.podMetadata?.annotations,
        ...template.metadata?.annotations,
        [ANNOTATION.nodeName]: nodeName,
        [ANNOTATION.nodeId]: nodeId,
        'kubectl.kubernetes.io/default-container': 'main',
        ...(template.script ? { [ANNOTATION.script]: template.script.source } : {}),
      },
      ownerReferences: [
        {
          apiVersion: 'argoproj.io/v1alpha1',
          kind: 'Workflow',
          name: run.name,
          uid: metadata.uid ?? '',
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: patches.reduce<PodSpec>((patched, patch) => patchPodSpec(patched, patch), spec),
  };
}

/** Variables that should have been known by now; text of other languages in braces is not ours. */
function refuseLeftovers(template: Template): void {
  const { container, script, sidecars, initContainers, volumes, metadata, inputs, podSpecPatch } = template;
  const used = JSON.stringify([
    container,
    script,
    sidecars,
    initContainers,
    volumes,
    metadata,
    inputs,
    podSpecPatch,
  ]);
  const left = LEFTOVER.exec(used);
  if (left) throw new SlipwayError('UnresolvedVariable', `failed to resolve ${left[0]}`);
}

const LEFTOVER =
  /\{\{=?\s*(?:(?:inputs|steps|tasks|workflow|outputs)\.[^}]*|item(?:\.[^}]*)?|retries)\s*\}\}/;

/** Fields of a workflow and of a template that go to the pod as they are. */
const POD_FIELDS = [
  'nodeSelector',
  'tolerations',
  'affinity',
  'securityContext',
  'serviceAccountName',
  'schedulerName',
  'hostAliases',
  'hostNetwork',
  'dnsPolicy',
  'dnsConfig',
  'imagePullSecrets',
  'priorityClassName',
  'automountServiceAccountToken',
];

/** The workflow's own fields of a pod, with the variables of the whole workflow in them (substitutePodParams). */
function filledSpec({ spec, globals, world }: Run, podName: string): WorkflowSpec {
  const { templates: _templates, arguments: _arguments, ...own } = spec;
  return substitute(own, { ...globals, 'pod.name': podName }, { strict: false, now: world.now });
}

function inherited(source: Record<string, unknown>): Partial<PodSpec> {
  return Object.fromEntries(
    POD_FIELDS.filter(field => source[field] !== undefined).map(field => [field, source[field]]),
  );
}

/** Files that somebody has to carry out of the pod. */
function outputPaths(template: Template): string[] {
  const parameters = (template.outputs?.parameters ?? []).flatMap(
    parameter => parameter.valueFrom?.path ?? [],
  );
  const artifacts = (template.outputs?.artifacts ?? []).flatMap(artifact => artifact.path ?? []);
  return [...parameters, ...artifacts];
}

interface Needs {
  inputs: Artifact[];
  outputs: string[];
}

function mainContainer(template: Template, needs: Needs): Container {
  const { source: _source, ...script } = template.script ?? { source: '' };
  const base: Partial<Container> = template.container ?? script;
  const main: Container = { ...base, name: 'main' };
  if (template.script) main.args = [`${SCRIPT_DIR}/script`];
  const mounts = [...(base.volumeMounts ?? [])];
  if (template.script) mounts.push({ name: 'argo-staging', mountPath: SCRIPT_DIR });
  for (const { name, path } of needs.inputs) {
    if (path && !underMount(base, path))
      mounts.push({ name: 'input-artifacts', mountPath: path, subPath: name });
  }
  if (needs.outputs.length === 0) return mounts.length > 0 ? { ...main, volumeMounts: mounts } : main;
  if (!main.command?.length) {
    throw new SlipwayError(
      'MissingCommand',
      `template ${JSON.stringify(template.name ?? '')}: container has outputs in files but no command; name the command that the image runs`,
    );
  }
  mounts.push({ name: 'var-run-argo', mountPath: RUN_DIR });
  return {
    ...main,
    command: ['/bin/sh', '-c', wrapperScript, 'sh', ...main.command, ...(main.args ?? [])],
    args: [],
    env: [...(main.env ?? []), { name: 'SLIPWAY_OUTPUTS', value: needs.outputs.join('\n') }],
    volumeMounts: mounts,
  };
}

function underMount(container: Partial<Container>, path: string): boolean {
  return (container.volumeMounts ?? []).some(
    ({ mountPath }) => path === mountPath || path.startsWith(`${mountPath.replace(/\/$/, '')}/`),
  );
}

function executorEnv(run: Run, nodeId: string, mode: string): EnvVar[] {
  return [
    { name: 'SLIPWAY_MODE', value: mode },
    { name: 'SLIPWAY_URL', value: run.executor.url },
    { name: 'SLIPWAY_CA', value: run.executor.ca },
    ...(run.executor.near ? [{ name: 'SLIPWAY_NEAR', value: run.executor.near }] : []),
    { name: 'SLIPWAY_NODE', value: `${run.namespace}/${run.name}/${nodeId}` },
  ];
}

const NO_RIGHTS = { allowPrivilegeEscalation: false };

function initContainers(
  run: Run,
  template: Template,
  nodeId: string,
  inputs: Artifact[],
  main: Container,
): Container[] {
  // Sidecars of a template become native ones: the kubelet ends them when `main` is over.
  const sidecars = (template.sidecars ?? []).map(sidecar => ({ ...sidecar, restartPolicy: 'Always' }));
  const own = (template.initContainers ?? []).map(container => {
    const mirrored = container['mirrorVolumeMounts' as keyof Container] === true;
    return mirrored
      ? {
          ...container,
          volumeMounts: [...(container.volumeMounts ?? []), ...(template.container?.volumeMounts ?? [])],
        }
      : container;
  });
  if (inputs.length === 0) return [...own, ...sidecars];
  const list = inputs.map(({ name, path, subPath, mode, archive, raw, git, http }) => ({
    name,
    subPath,
    target:
      path && underMount(template.container ?? template.script ?? {}, path)
        ? `/mainctrfs${path}`
        : `${INPUTS}/${name}`,
    mode,
    plain: archive?.none !== undefined || raw !== undefined,
    // A source tree stays a folder even when it holds a single file.
    keepTop: git !== undefined,
    url: http?.url,
    headers: http?.headers,
  }));
  const mainMounts = (main.volumeMounts ?? [])
    .filter(({ name }) => name !== 'input-artifacts' && name !== 'argo-staging' && name !== 'var-run-argo')
    .map(mount => ({ ...mount, mountPath: `/mainctrfs${mount.mountPath}` }));
  const init: Container = {
    name: 'init',
    image: run.executor.image,
    command: ['node', '-e', executorScript],
    env: [...executorEnv(run, nodeId, 'inputs'), { name: 'SLIPWAY_INPUTS', value: JSON.stringify(list) }],
    volumeMounts: [{ name: 'input-artifacts', mountPath: INPUTS }, ...mainMounts],
    securityContext: NO_RIGHTS,
  };
  return [init, ...own, ...sidecars];
}

/** Delivers outputs once the wrapper in `main` has laid them out. */
function waitContainer(run: Run, template: Template, nodeId: string, main: Container): Container {
  const parameters = (template.outputs?.parameters ?? []).filter(parameter => parameter.valueFrom?.path);
  const artifacts = (template.outputs?.artifacts ?? []).filter(artifact => artifact.path);
  const list = [
    ...parameters.map(({ name, valueFrom }) => ({
      kind: 'parameter',
      name,
      optional: valueFrom?.default !== undefined,
      path: valueFrom?.path,
    })),
    ...artifacts.map(({ name, path, optional, archive }) => ({
      kind: 'artifact',
      name,
      path,
      optional: optional === true,
      plain: archive?.none !== undefined,
    })),
  ];
  return {
    name: 'wait',
    image: run.executor.image,
    command: ['node', '-e', executorScript],
    env: [...executorEnv(run, nodeId, 'outputs'), { name: 'SLIPWAY_OUTPUTS', value: JSON.stringify(list) }],
    volumeMounts: (main.volumeMounts ?? []).filter(({ name }) => name === 'var-run-argo'),
    securityContext: NO_RIGHTS,
  };
}

function volumesOf(spec: WorkflowSpec, template: Template, needs: Needs): Volume[] {
  const volumes: Volume[] = [...(spec.volumes ?? []), ...(template.volumes ?? [])];
  if (needs.inputs.length > 0) volumes.push({ name: 'input-artifacts', emptyDir: {} });
  if (needs.outputs.length > 0) volumes.push({ name: 'var-run-argo', emptyDir: {} });
  if (template.script) {
    const fieldPath = `metadata.annotations['${ANNOTATION.script}']`;
    volumes.push({
      name: 'argo-staging',
      downwardAPI: { items: [{ path: 'script', fieldRef: { fieldPath } }], defaultMode: 0o755 },
    });
  }
  return volumes;
}
