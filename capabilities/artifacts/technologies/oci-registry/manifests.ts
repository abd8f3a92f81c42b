import type { AnyObject } from '@slipway/api';
import { htpasswd } from '../../htpasswd.ts';

export const NAME = 'registry';
/** User that pushes and pulls, and the Secret with its password. */
export const USER = 'platform';
export const SECRET = 'registry-user';

const LABELS = { 'app.kubernetes.io/name': NAME, 'app.kubernetes.io/part-of': 'oci-registry' };
const NOBODY = 65_532;

/** CNCF Distribution as this catalogue installs it: no project publishes manifests for it. */
export function manifests(version: string): string {
  const objects: AnyObject[] = [
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: NAME, labels: LABELS },
      automountServiceAccountToken: false,
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: NAME, labels: LABELS },
      data: { 'config.json': JSON.stringify(configuration(), null, 2) },
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: NAME, labels: LABELS },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '20Gi' } } },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: NAME, labels: LABELS },
      spec: { selector: LABELS, ports: [{ name: 'http', port: 5000, targetPort: 'http' }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: NAME, labels: { ...LABELS, 'app.kubernetes.io/version': version } },
      spec: {
        replicas: 1,
        // Two pods cannot write one volume.
        strategy: { type: 'Recreate' },
        selector: { matchLabels: LABELS },
        template: { metadata: { labels: LABELS }, spec: podSpec(version) },
      },
    },
  ];
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }, null, 2);
}

/** JSON is YAML, which is what it reads. */
function configuration(): Record<string, unknown> {
  return {
    version: '0.1',
    log: { level: 'info', formatter: 'json', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: '/var/lib/registry' }, delete: { enabled: true } },
    http: {
      addr: ':5000',
      debug: { addr: ':5001', prometheus: { enabled: true, path: '/metrics' } },
      headers: { 'X-Content-Type-Options': ['nosniff'] },
    },
    auth: { htpasswd: { realm: 'Slipway', path: '/auth/passwd' } },
    health: { storagedriver: { enabled: true, interval: '10s', threshold: 3 } },
  };
}

function podSpec(version: string): Record<string, unknown> {
  const { initContainer, volume } = htpasswd({
    user: USER,
    secret: { name: SECRET, key: 'password' },
    volume: 'auth',
    runAsUser: NOBODY,
  });
  const health = { httpGet: { path: '/debug/health', port: 'debug' } };
  return {
    serviceAccountName: NAME,
    securityContext: {
      runAsUser: NOBODY,
      runAsGroup: NOBODY,
      fsGroup: NOBODY,
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    initContainers: [initContainer],
    containers: [
      {
        name: NAME,
        image: `docker.io/distribution/distribution:${version}`,
        args: ['serve', '/etc/registry/config.json'],
        env: [
          // Several pods, and a pod after a restart, go on with each other's uploads.
          { name: 'REGISTRY_HTTP_SECRET', valueFrom: { secretKeyRef: { name: SECRET, key: 'httpSecret' } } },
          { name: 'OTEL_TRACES_EXPORTER', value: 'none' },
        ],
        ports: [
          { name: 'http', containerPort: 5000 },
          { name: 'debug', containerPort: 5001 },
        ],
        readinessProbe: { ...health, periodSeconds: 10 },
        livenessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 20 },
        resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        volumeMounts: [
          { name: 'data', mountPath: '/var/lib/registry' },
          { name: 'config', mountPath: '/etc/registry', readOnly: true },
          { name: 'auth', mountPath: '/auth', readOnly: true },
        ],
      },
    ],
    volumes: [
      { name: 'data', persistentVolumeClaim: { claimName: NAME } },
      { name: 'config', configMap: { name: NAME } },
      volume,
    ],
  };
}
