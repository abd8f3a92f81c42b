import type { AnyObject } from '@slipway/api';
import type { Upstream } from '@slipway/definition';
import { releases } from './releases.ts';

interface Parameters {
  replicas: 1 | 3;
  cleanup: boolean;
  podSecurity: 'Audit' | 'Deny' | 'Off';
}

export const parameters = {
  type: 'object',
  additionalProperties: false,
  properties: {
    replicas: {
      type: 'integer',
      enum: [1, 3],
      default: 3,
      description: 'Of the webhooks: with one, writes wait while it restarts.',
    },
    cleanup: { type: 'boolean', default: true, description: 'Whether policies may remove objects in time.' },
    podSecurity: {
      type: 'string',
      enum: ['Audit', 'Deny', 'Off'],
      default: 'Audit',
      description:
        'What becomes of containers that may gain privileges, in namespaces that no component of the platform owns.',
    },
  },
};

const RESOURCES = { requests: { cpu: '50m', memory: '128Mi' } };

export const upstream: Upstream = {
  releases,
  namespace: 'kyverno',
  needs: { cpu: '300m', memory: '768Mi' },
  wishes: () => [
    {
      name: 'metrics',
      contract: 'metrics',
      optional: true,
      selector: { 'app.kubernetes.io/part-of': 'kyverno' },
      port: 'metrics-port',
    },
  ],
  values: ({ parameters }) => {
    const { replicas, cleanup } = parameters as unknown as Parameters;
    return {
      // The kinds that its dependency would bring come as files beside the chart.
      crds: { install: true, migration: { enabled: false } },
      webhooksCleanup: { enabled: false },
      policyReportsCleanup: { enabled: false },
      grafana: { enabled: false },
      test: { enabled: false },
      admissionController: { replicas, container: { resources: RESOURCES } },
      backgroundController: { replicas: 1, resources: RESOURCES },
      cleanupController: { enabled: cleanup, replicas: 1, resources: RESOURCES },
      reportsController: { replicas: 1, resources: RESOURCES },
    };
  },
  objects: ({ parameters }) => {
    const { podSecurity } = parameters as unknown as Parameters;
    return podSecurity === 'Off' ? [] : [escalationPolicy(podSecurity)];
  },
};

/** Teams' containers never gain more privileges than they start with. */
function escalationPolicy(action: 'Audit' | 'Deny'): AnyObject {
  return {
    apiVersion: 'policies.kyverno.io/v1',
    kind: 'ValidatingPolicy',
    metadata: { name: 'slipway-no-privilege-escalation' },
    spec: {
      validationActions: [action],
      matchConstraints: {
        namespaceSelector: {
          matchExpressions: [
            { key: 'slipway.dev/component', operator: 'DoesNotExist' },
            { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system'] },
          ],
        },
        resourceRules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['pods'] },
        ],
      },
      validations: [
        {
          message: 'securityContext.allowPrivilegeEscalation of every container has to be false',
          expression:
            'object.spec.containers.all(c, has(c.securityContext) && has(c.securityContext.allowPrivilegeEscalation) && c.securityContext.allowPrivilegeEscalation == false)',
        },
      ],
    },
  };
}
