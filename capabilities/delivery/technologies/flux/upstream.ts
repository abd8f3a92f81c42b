import type { Upstream, UpstreamSettings, Wish } from '@slipway/definition';
import { follows, repositoryWish } from './follows.ts';
import { releases } from './releases.ts';

interface Parameters {
  multitenancy: boolean;
  imageAutomation: boolean;
  webhooks: boolean;
  memory: string;
}

export const parameters = {
  type: 'object',
  additionalProperties: false,
  properties: {
    multitenancy: {
      type: 'boolean',
      default: true,
      description:
        'Whether what a team applies has the rights of its own service account, and reads sources of its namespace only.',
    },
    imageAutomation: {
      type: 'boolean',
      default: false,
      description: 'Whether the controllers run that write new image tags into Git.',
    },
    webhooks: {
      type: 'boolean',
      default: false,
      description: 'Whether Receivers are reached from outside, at `flux-webhook.<domain>`.',
    },
    memory: {
      type: 'string',
      pattern: '^[0-9]+(Mi|Gi)$',
      default: '128Mi',
      description: 'Memory that each controller requests.',
    },
  },
};

const CONTROLLERS = [
  'source-controller',
  'kustomize-controller',
  'helm-controller',
  'notification-controller',
];
const IMAGE_CONTROLLERS = ['image-reflector-controller', 'image-automation-controller'];

/** Flux's controllers; there are no pages, so nobody signs in. */
export const upstream: Upstream = {
  releases,
  namespace: 'flux-system',
  podSecurity: 'restricted',
  needs: { cpu: '400m', memory: '512Mi' },
  wishes,
  values,
  follows,
  probes: settings =>
    parametersOf(settings).webhooks
      ? // A Receiver that does not exist: who answers so is the notification controller.
        [{ name: 'webhooks', url: `${settings.url('flux-webhook')}/hook/none`, status: [404] }]
      : [],
};

function wishes(settings: UpstreamSettings): Wish[] {
  const { imageAutomation, webhooks } = parametersOf(settings);
  const all: Wish[] = [...CONTROLLERS, ...(imageAutomation ? IMAGE_CONTROLLERS : [])].map(app => ({
    name: `metrics-${app}`,
    contract: 'metrics',
    optional: true,
    selector: { app },
    port: 'http-prom',
  }));
  if (settings.gitops) all.push({ ...repositoryWish, repository: settings.platform });
  if (webhooks)
    all.push({
      name: 'route',
      contract: 'route',
      host: 'flux-webhook',
      paths: ['/hook/'],
      service: 'webhook-receiver',
      port: 80,
    });
  return all;
}

function values(settings: UpstreamSettings): Record<string, unknown> {
  const { multitenancy, imageAutomation, memory } = parametersOf(settings);
  const resources = { requests: { cpu: '100m', memory }, limits: { memory: '1Gi' } };
  return {
    multitenancy: { enabled: multitenancy, defaultServiceAccount: 'default', privileged: true },
    sourceController: { resources },
    kustomizeController: { resources },
    helmController: { resources },
    notificationController: { resources },
    imageReflectionController: { create: imageAutomation, resources },
    imageAutomationController: { create: imageAutomation, resources },
    // Metrics are found by what the platform makes of the wishes.
    prometheus: { podMonitor: { create: false } },
  };
}

function parametersOf({ parameters }: UpstreamSettings): Parameters {
  return parameters as unknown as Parameters;
}
