import type { AnyObject } from '@slipway/api';

export const NAME = 'gitea';
const LABELS = { 'app.kubernetes.io/name': NAME, 'app.kubernetes.io/part-of': NAME };
/** The rootless image's user. */
const USER = 1000;

/** Files of the configuration, written from the environment when the pod starts. */
export const CONFIG = '/etc/gitea/app.ini';

/**
 * Gitea as this catalogue installs it (its chart is published outside of what can be pinned here): one server with one
 * volume. Two init containers make it what the environment says, each time it starts: `setup` writes the
 * configuration, `configure` migrates the database and keeps administrator and sign-in.
 */
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
      metadata: { name: 'gitea-configure', labels: LABELS },
      data: { 'configure.sh': CONFIGURE },
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'gitea-data', labels: LABELS },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '20Gi' } } },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: NAME, labels: LABELS },
      spec: { selector: LABELS, ports: [{ name: 'http', port: 3000, targetPort: 'http' }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: NAME, labels: { ...LABELS, 'app.kubernetes.io/version': version } },
      spec: {
        replicas: 1,
        // Two servers cannot write one volume.
        strategy: { type: 'Recreate' },
        selector: { matchLabels: LABELS },
        template: { metadata: { labels: LABELS }, spec: podSpec(version) },
      },
    },
  ];
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }, null, 2);
}

/**
 * What Gitea keeps in its database only, and has neither settings nor REST for. Everything may be run again: what is
 * there is brought up to date.
 */
const CONFIGURE = `set -eu
gitea() { /usr/local/bin/gitea --config ${CONFIG} "$@"; }
gitea migrate
if gitea admin user list | awk '{ print $2 }' | grep -qx "$ADMIN_NAME"; then
  gitea admin user change-password --username "$ADMIN_NAME" --password "$ADMIN_PASSWORD" --must-change-password=false
else
  gitea admin user create --admin --username "$ADMIN_NAME" --password "$ADMIN_PASSWORD" \\
    --email "$ADMIN_EMAIL" --must-change-password=false
fi
[ -n "\${OIDC_ISSUER:-}" ] || exit 0
set -- --name slipway --provider openidConnect --key "$OIDC_CLIENT_ID" --secret "$OIDC_CLIENT_SECRET" \\
  --auto-discover-url "$OIDC_ISSUER/.well-known/openid-configuration" --scopes email --scopes profile --scopes groups \\
  --group-claim-name groups --admin-group "$OIDC_ADMIN_GROUP" --skip-local-2fa
known=$(gitea admin auth list | awk '$2 == "slipway" { print $1 }')
if [ -n "$known" ]; then
  gitea admin auth update-oauth --id "$known" "$@"
else
  gitea admin auth add-oauth "$@"
fi
`;

function podSpec(version: string): Record<string, unknown> {
  const container = {
    image: `docker.io/gitea/gitea:${version}-rootless`,
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'data', mountPath: '/var/lib/gitea' },
      { name: 'config', mountPath: '/etc/gitea' },
      { name: 'tmp', mountPath: '/tmp' },
    ],
  };
  const small = { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '512Mi' } };
  const script = { name: 'configure', mountPath: '/configure', readOnly: true };
  return {
    serviceAccountName: NAME,
    terminationGracePeriodSeconds: 60,
    securityContext: {
      runAsUser: USER,
      runAsGroup: USER,
      fsGroup: USER,
      // A large volume is not walked at each start.
      fsGroupChangePolicy: 'OnRootMismatch',
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    initContainers: [
      { ...container, name: 'setup', command: ['/usr/local/bin/docker-setup.sh'], resources: small },
      {
        ...container,
        name: 'configure',
        command: ['/bin/sh', '/configure/configure.sh'],
        resources: small,
        volumeMounts: [...container.volumeMounts, script],
      },
    ],
    containers: [
      {
        ...container,
        name: NAME,
        command: ['/usr/local/bin/gitea'],
        args: ['--config', CONFIG, 'web'],
        ports: [{ name: 'http', containerPort: 3000 }],
        startupProbe: { tcpSocket: { port: 'http' }, periodSeconds: 5, failureThreshold: 60 },
        readinessProbe: { httpGet: { path: '/api/healthz', port: 'http' }, periodSeconds: 10 },
        livenessProbe: { tcpSocket: { port: 'http' }, periodSeconds: 20 },
        resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '1Gi' } },
      },
    ],
    volumes: [
      { name: 'data', persistentVolumeClaim: { claimName: 'gitea-data' } },
      { name: 'config', emptyDir: {} },
      { name: 'tmp', emptyDir: {} },
      { name: 'configure', configMap: { name: 'gitea-configure' } },
    ],
  };
}
