import { TRUST_FILE, type Trust, trusting } from './trust.ts';
import type { Granted } from './wish.ts';

/** As `Trust`, for a Java program: an init container makes its keystore, and an option names it. */
export interface JavaTrust extends Trust {
  initContainers: Record<string, unknown>[];
  /** For the `java` command, or `JAVA_OPTS`; '' where there is nothing to trust. */
  options: string;
}

const IMAGE = 'docker.io/library/eclipse-temurin:21.0.8_9-jre';
const FOLDER = '/trust';

/** Java trusts what is in a keystore of its own form: every public authority, and the platform's. */
export function javaTrusting(granted: Granted, runAsUser: number): JavaTrust {
  const trust = trusting(granted, 'file');
  if (trust.volumes.length === 0) return { ...trust, initContainers: [], options: '' };
  const store = `${FOLDER}/cacerts`;
  const mount = { name: 'java-trust', mountPath: FOLDER, readOnly: false };
  const script = [
    `cp "$JAVA_HOME/lib/security/cacerts" ${store}`,
    `chmod u+w ${store}`,
    // Every Java's keystore of authorities has this password; there is no secret in it.
    `keytool -importcert -noprompt -alias platform -file ${TRUST_FILE} -keystore ${store} -storepass changeit`,
  ];
  return {
    env: trust.env,
    volumes: [...trust.volumes, { name: 'java-trust', emptyDir: {} }],
    volumeMounts: [...trust.volumeMounts, mount],
    options: `-Djavax.net.ssl.trustStore=${store}`,
    initContainers: [
      {
        name: 'java-trust',
        image: IMAGE,
        command: ['sh', '-ec', script.join('\n')],
        resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
        securityContext: {
          runAsUser,
          runAsNonRoot: true,
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        volumeMounts: [...trust.volumeMounts, mount],
      },
    ],
  };
}
