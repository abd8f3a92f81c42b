/** A pod's init container that writes an `htpasswd` file, and the volume it writes to. */
export interface Htpasswd {
  initContainer: Record<string, unknown>;
  volume: Record<string, unknown>;
}

export interface HtpasswdOptions {
  user: string;
  /** Secret and key with the password. */
  secret: { name: string; key: string };
  /** Name of the volume; the file is `passwd` in it. */
  volume: string;
  /** User that the pod runs as. */
  runAsUser: number;
}

const IMAGE = 'docker.io/library/httpd:2.4.65-alpine';

/** Distribution knows bcrypt hashes only, and what makes passwords knows none: the pod hashes its own when it starts. */
export function htpasswd({ user, secret, volume, runAsUser }: HtpasswdOptions): Htpasswd {
  return {
    initContainer: {
      name: 'htpasswd',
      image: IMAGE,
      command: ['htpasswd', '-B', '-b', '-c', '/auth/passwd', user, '$(PASSWORD)'],
      env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: secret } }],
      resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } },
      securityContext: {
        runAsUser,
        runAsNonRoot: true,
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
        seccompProfile: { type: 'RuntimeDefault' },
      },
      volumeMounts: [{ name: volume, mountPath: '/auth' }],
    },
    volume: { name: volume, emptyDir: { medium: 'Memory' } },
  };
}
