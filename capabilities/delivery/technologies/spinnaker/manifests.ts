import type { AnyObject } from '@slipway/api';
import { postgresObjects } from '@slipway/definition';
import { DATABASE, NAMESPACE, SERVICE_NAMES, SERVICES, type ServiceName, USER } from './services.ts';

const IMAGES = 'us-docker.pkg.dev/spinnaker-community/docker';

/**
 * Spinnaker as this catalogue installs it. Its own kustomization (spinnaker/kustomization-base) was last changed in 2021
 * and has no versions, and its installer Halyard is a program: so these are manifests of our own, with the images of a
 * release. What its services read is in one ConfigMap, filled in by patches.
 */
export function manifests(version: string): string {
  const objects: AnyObject[] = [
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'spinnaker', labels: labelsOf('spinnaker') },
      automountServiceAccountToken: false,
    },
    // Clouddriver deploys to the cluster it runs on; what it may do there is for people to bind.
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'clouddriver', labels: labelsOf('clouddriver') },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'spinnaker-config', labels: labelsOf('spinnaker') },
      data: { 'spinnaker-local.yml': JSON.stringify({ services: addresses() }, null, 2) },
    },
    ...SERVICE_NAMES.flatMap(name => workload(name, javaPod(name, version), SERVICES[name].port)),
    ...workload('deck', deckPod(version), 9000),
    ...workload('redis', redisPod(), 6379),
    ...postgresObjects({ name: DATABASE, database: 'front50', secret: DATABASE, storage: '8Gi' }),
  ];
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }, null, 2);
}

function labelsOf(name: string): Record<string, string> {
  return { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'spinnaker' };
}

function addresses(): Record<string, { baseUrl: string; enabled: boolean }> {
  const served = SERVICE_NAMES.map(name => [name, `http://${name}.${NAMESPACE}:${SERVICES[name].port}`]);
  const all = [...served, ['redis', `redis://redis.${NAMESPACE}:6379`]] as [string, string][];
  const off = ['fiat', 'igor', 'kayenta', 'keel'].map(name => [name, { baseUrl: '', enabled: false }]);
  return Object.fromEntries([...all.map(([name, baseUrl]) => [name, { baseUrl, enabled: true }]), ...off]);
}

function workload(name: string, pod: Record<string, unknown>, port: number): AnyObject[] {
  const labels = labelsOf(name);
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, labels },
      spec: { selector: labels, ports: [{ name: 'http', port, targetPort: 'http' }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels },
      spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod } },
    },
  ];
}

const securityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
};

function podSecurity(user: number): Record<string, unknown> {
  return {
    runAsUser: user,
    runAsGroup: user,
    fsGroup: user,
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

function javaPod(name: ServiceName, version: string): Record<string, unknown> {
  const { port, cpu, memory } = SERVICES[name];
  const health = { httpGet: { path: '/health', port: 'http' } };
  return {
    serviceAccountName: name === 'clouddriver' ? name : 'spinnaker',
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 60,
    securityContext: podSecurity(USER),
    containers: [
      {
        name,
        image: `${IMAGES}/${name}:${version}`,
        env: [
          { name: 'SPRING_PROFILES_ACTIVE', value: 'local' },
          { name: 'JAVA_OPTS', value: '-XX:MaxRAMPercentage=75.0' },
        ],
        ports: [{ name: 'http', containerPort: port }],
        startupProbe: { ...health, periodSeconds: 10, failureThreshold: 60 },
        readinessProbe: { ...health, periodSeconds: 10 },
        livenessProbe: { tcpSocket: { port: 'http' }, periodSeconds: 20 },
        resources: { requests: { cpu, memory }, limits: { memory: '2Gi' } },
        securityContext,
        volumeMounts: [{ name: 'config', mountPath: '/opt/spinnaker/config', readOnly: true }],
      },
    ],
    volumes: [{ name: 'config', configMap: { name: 'spinnaker-config' } }],
  };
}

function deckPod(version: string): Record<string, unknown> {
  return {
    serviceAccountName: 'spinnaker',
    enableServiceLinks: false,
    // Apache's own user: its folders are that one's.
    securityContext: podSecurity(33),
    containers: [
      {
        name: 'deck',
        image: `${IMAGES}/deck:${version}`,
        env: [
          { name: 'DECK_HOST', value: '0.0.0.0' },
          { name: 'DECK_PORT', value: '9000' },
        ],
        ports: [{ name: 'http', containerPort: 9000 }],
        readinessProbe: { httpGet: { path: '/', port: 'http' } },
        resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
        securityContext,
        volumeMounts: [{ name: 'config', mountPath: '/opt/spinnaker/config', readOnly: true }],
      },
    ],
    volumes: [{ name: 'config', configMap: { name: 'spinnaker-config' } }],
  };
}

/** Caches and the queue of running pipelines; what lasts is in the database. */
function redisPod(): Record<string, unknown> {
  return {
    serviceAccountName: 'spinnaker',
    enableServiceLinks: false,
    securityContext: podSecurity(999),
    containers: [
      {
        name: 'redis',
        image: 'docker.io/library/redis:8.2.3-alpine',
        args: ['--save', '', '--appendonly', 'no'],
        ports: [{ name: 'http', containerPort: 6379 }],
        readinessProbe: { tcpSocket: { port: 'http' } },
        resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '512Mi' } },
        securityContext: { ...securityContext, readOnlyRootFilesystem: true },
        volumeMounts: [{ name: 'data', mountPath: '/data' }],
      },
    ],
    volumes: [{ name: 'data', emptyDir: {} }],
  };
}
