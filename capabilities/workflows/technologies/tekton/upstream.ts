import type { ObjectPatch, Upstream, UpstreamSettings, Wish } from '@slipway/definition';
import { releases } from './releases.ts';

interface Parameters {
  timeoutMinutes: number;
  securityContext: boolean;
}

export const parameters = {
  type: 'object',
  additionalProperties: false,
  properties: {
    timeoutMinutes: {
      type: 'integer',
      minimum: 1,
      default: 60,
      description: 'Longest time of a run that says nothing else itself.',
    },
    securityContext: {
      type: 'boolean',
      default: true,
      description:
        'Whether what Tekton adds to a run’s pod keeps to the Pod Security level `restricted`; needed where teams’ namespaces do.',
    },
  },
};

const LABELS = { 'app.kubernetes.io/part-of': 'tekton-pipelines' };

/**
 * Names of the released images: the manifests in Git have import paths, which `ko` turns into the command's name and the
 * MD5 of its path.
 */
const IMAGES = {
  controller: 'controller-10a3e32792f33651396d02b6855a6e36',
  entrypoint: 'entrypoint-bff0a22da108bc2f16c818c97641a296',
  nop: 'nop-8eac7c133edad5df719dc37b36b62482',
  sidecarlogresults: 'sidecarlogresults-7501c6a20d741631510a448b48ab098f',
  workingdirinit: 'workingdirinit-0c558922ec6a1b739e550e349f2d5fc1',
  events: 'events-a9042f7efb0cbade2a868a1ee5ddd52c',
  resolvers: 'resolvers-ff86b24f130c42b88983d3c13993056d',
  webhook: 'webhook-d4749e605405422fd87700164e31b2d1',
};

/** Tekton's controllers from its own manifests. There are no pages: people see runs in the portal and with `tkn`. */
export const upstream: Upstream = {
  releases,
  namespace: 'tekton-pipelines',
  podSecurity: 'restricted',
  needs: { cpu: '200m', memory: '200Mi' },
  wishes,
  patches,
};

function wishes(): Wish[] {
  return ['controller', 'webhook', 'events'].map(name => ({
    name: `metrics-${name}`,
    contract: 'metrics',
    optional: true,
    selector: { ...LABELS, 'app.kubernetes.io/name': name },
    port: 'metrics',
  }));
}

function patches(settings: UpstreamSettings): ObjectPatch[] {
  const { timeoutMinutes, securityContext } = settings.parameters as unknown as Parameters;
  const release = `v${settings.version}`;
  const image = (command: keyof typeof IMAGES) => `ghcr.io/tektoncd/pipeline/${IMAGES[command]}:${release}`;
  const deployment = (name: string, container: string, command: keyof typeof IMAGES): ObjectPatch => ({
    target: { kind: 'Deployment', name },
    merge: versioned(release, [{ name: container, image: image(command) }]),
  });
  // Arguments come in pairs: the flag, then the image.
  const helpers = ['entrypoint', 'nop', 'sidecarlogresults', 'workingdirinit'] as const;
  return [
    deployment('tekton-pipelines-controller', 'tekton-pipelines-controller', 'controller'),
    deployment('tekton-pipelines-webhook', 'webhook', 'webhook'),
    deployment('tekton-events-controller', 'tekton-events-controller', 'events'),
    deployment('tekton-pipelines-remote-resolvers', 'controller', 'resolvers'),
    {
      target: { kind: 'Deployment', name: 'tekton-pipelines-controller' },
      json: helpers.map((command, index) => ({
        op: 'replace',
        path: `/spec/template/spec/containers/0/args/${index * 2 + 1}`,
        value: image(command),
      })),
    },
    configMap('pipelines-info', { version: release }),
    configMap('config-defaults', { 'default-timeout-minutes': String(timeoutMinutes) }),
    configMap('feature-flags', { 'set-security-context': String(securityContext) }),
  ];
}

function versioned(release: string, containers: object[]): Record<string, unknown> {
  const labels = {
    'app.kubernetes.io/version': release,
    'pipeline.tekton.dev/release': release,
    version: release,
  };
  return { metadata: { labels }, spec: { template: { metadata: { labels }, spec: { containers } } } };
}

function configMap(name: string, data: Record<string, string>): ObjectPatch {
  return {
    target: { kind: 'ConfigMap', name, namespace: 'tekton-pipelines' },
    merge: { data },
  };
}
