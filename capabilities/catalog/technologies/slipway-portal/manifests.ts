import type { AnyObject } from '@slipway/api';
import { CONTROLLER_ACCOUNT } from '@slipway/definition';

export const NAME = 'slipway-portal';
export const PORTAL_PORT = 8080;
const HEALTH_PORT = 8081;
/** The image's own user. */
const USER = 1000;
const SELECTOR = { 'app.kubernetes.io/name': NAME };
const LABELS = { ...SELECTOR, 'app.kubernetes.io/part-of': 'slipway' };
const KEY_FOLDER = '/etc/slipway/key';
const SIGN_IN_FOLDER = '/etc/slipway/sign-in';

/** Slipway itself: portal and controllers in one program, as many of them as one likes; they share the work. */
export function manifests(): string {
  const objects = [deployment(), service(), disruptionBudget(), ...networkPolicies()];
  return objects.map(object => JSON.stringify(object)).join('\n---\n');
}

function deployment(): AnyObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: NAME, labels: LABELS },
    spec: {
      replicas: 2,
      selector: { matchLabels: SELECTOR },
      strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: { metadata: { labels: LABELS }, spec: podSpec() },
    },
  };
}

function podSpec(): Record<string, unknown> {
  return {
    serviceAccountName: CONTROLLER_ACCOUNT,
    enableServiceLinks: false,
    // Leases are given back before the process ends.
    terminationGracePeriodSeconds: 30,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER,
      runAsGroup: USER,
      fsGroup: USER,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: SELECTOR },
      },
    ],
    containers: [container()],
    volumes: [
      { name: 'data', emptyDir: { sizeLimit: '2Gi' } },
      { name: 'tmp', emptyDir: { sizeLimit: '256Mi' } },
      { name: 'key', secret: { secretName: 'slipway-key', defaultMode: 0o440 } },
      // Made by the wiring, which runs in these very pods: they start without it.
      {
        name: 'sign-in',
        secret: { secretName: 'slipway-portal-sign-in', optional: true, defaultMode: 0o440 },
      },
    ],
  };
}

function container(): Record<string, unknown> {
  const probe = (path: string, rest: object) => ({ httpGet: { path, port: 'health' }, ...rest });
  return {
    name: NAME,
    image: NAME,
    args: [
      'controller',
      '--health-host=0.0.0.0',
      `--health-port=${HEALTH_PORT}`,
      `--portal-port=${PORTAL_PORT}`,
      `--sign-in=${SIGN_IN_FOLDER}`,
      `--key=${KEY_FOLDER}/key`,
      '--identity=$(POD_NAME)',
    ],
    env: [
      { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'SLIPWAY_DATA', value: '/data' },
      { name: 'HOME', value: '/tmp' },
    ],
    ports: [
      { name: 'http', containerPort: PORTAL_PORT },
      { name: 'health', containerPort: HEALTH_PORT },
    ],
    startupProbe: probe('/livez', { periodSeconds: 2, failureThreshold: 60 }),
    livenessProbe: probe('/livez', { periodSeconds: 10, timeoutSeconds: 5 }),
    readinessProbe: probe('/readyz', { periodSeconds: 5, timeoutSeconds: 5 }),
    resources: { requests: { cpu: '100m', memory: '384Mi' }, limits: { memory: '1Gi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'data', mountPath: '/data' },
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'key', mountPath: KEY_FOLDER, readOnly: true },
      { name: 'sign-in', mountPath: SIGN_IN_FOLDER, readOnly: true },
    ],
  };
}

function service(): AnyObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: NAME, labels: LABELS },
    spec: { selector: SELECTOR, ports: [{ name: 'http', port: PORTAL_PORT, targetPort: 'http' }] },
  };
}

function disruptionBudget(): AnyObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: NAME, labels: LABELS },
    spec: { maxUnavailable: 1, selector: { matchLabels: SELECTOR } },
  };
}

/** Nobody else's pods in this namespace are reached; ours at two ports, and they reach DNS and what speaks HTTP. */
function networkPolicies(): AnyObject[] {
  const policy = (name: string, spec: Record<string, unknown>): AnyObject => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, labels: LABELS },
    spec,
  });
  const ports = (protocol: string, ...numbers: number[]) => numbers.map(port => ({ protocol, port }));
  return [
    policy('slipway-default-deny', { podSelector: {}, policyTypes: ['Ingress'] }),
    policy(NAME, {
      podSelector: { matchLabels: SELECTOR },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ ports: ports('TCP', PORTAL_PORT, HEALTH_PORT) }],
      // The API server and the tools at their public addresses; Keycloak's Service within the cluster.
      egress: [{ ports: [...ports('UDP', 53), ...ports('TCP', 53, 80, 443, 6443, 8080, 8443)] }],
    }),
  ];
}
