import type { AnyObject } from '@slipway/api';

/** A tool's own small database. */
export interface PostgresOptions {
  /** Of its Service, too: the tool finds it at `<name>:5432`. */
  name: string;
  database: string;
  /** Secret with the keys `username` and `password`; a `secret` wish of the tool. */
  secret: string;
  /** Size of its volume (`8Gi`); it cannot be changed later. */
  storage: string;
}

const IMAGE = 'docker.io/library/postgres:17.6-alpine';
/** The image's own user. */
const USER = 70;

/**
 * One PostgreSQL that only its own namespace reaches: what a tool keeps, on one volume. It is not replicated, and its
 * backup is the volume's; whoever needs more gives the tool a database of their own.
 */
export function postgresObjects({ name, database, secret, storage }: PostgresOptions): AnyObject[] {
  const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/component': 'database' };
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, labels },
      spec: { selector: labels, ports: [{ name: 'postgres', port: 5432, targetPort: 'postgres' }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name, labels },
      spec: {
        replicas: 1,
        serviceName: name,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: podSpec(database, secret) },
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
          },
        ],
      },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name, labels },
      spec: {
        podSelector: { matchLabels: labels },
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 5432, protocol: 'TCP' }] }],
      },
    },
  ];
}

function podSpec(database: string, secret: string): Record<string, unknown> {
  const isReady = { exec: { command: ['pg_isready', '--host=127.0.0.1', `--dbname=${database}`] } };
  return {
    automountServiceAccountToken: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER,
      runAsGroup: USER,
      fsGroup: USER,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [
      {
        name: 'postgres',
        image: IMAGE,
        env: [
          { name: 'POSTGRES_DB', value: database },
          { name: 'POSTGRES_USER', valueFrom: { secretKeyRef: { name: secret, key: 'username' } } },
          { name: 'POSTGRES_PASSWORD', valueFrom: { secretKeyRef: { name: secret, key: 'password' } } },
          { name: 'POSTGRES_INITDB_ARGS', value: '--auth-host=scram-sha-256 --auth-local=scram-sha-256' },
          // A folder below the volume's top, where file systems put `lost+found`.
          { name: 'PGDATA', value: '/var/lib/postgresql/data/pgdata' },
        ],
        ports: [{ name: 'postgres', containerPort: 5432 }],
        readinessProbe: { ...isReady, periodSeconds: 10 },
        livenessProbe: { ...isReady, periodSeconds: 30, initialDelaySeconds: 30 },
        resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '512Mi' } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        volumeMounts: [
          { name: 'data', mountPath: '/var/lib/postgresql/data' },
          { name: 'run', mountPath: '/var/run/postgresql' },
          { name: 'tmp', mountPath: '/tmp' },
        ],
      },
    ],
    volumes: [
      { name: 'run', emptyDir: {} },
      { name: 'tmp', emptyDir: {} },
    ],
  };
}
