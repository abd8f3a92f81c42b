import type { UpstreamSettings } from './upstream.ts';
import type { CertificateWish, Granted } from './wish.ts';

/** The Secret in a tool's namespace whose `ca.crt` is the platform's own authority. */
export const PLATFORM_TRUST = 'platform-trust';
const FOLDER = '/etc/platform-trust';
/** File in a pod with the authority's certificate. */
export const TRUST_FILE = `${FOLDER}/ca.crt`;

/**
 * What a tool wishes that calls others at their public addresses (the issuer): where the platform is its own
 * authority, the Secret `platform-trust` says so in `ca.crt`. Elsewhere everybody trusts the certificates already.
 */
export function trustWishes({ tls, namespace, isGranted }: UpstreamSettings): CertificateWish[] {
  if (tls.issuer !== 'local' || !isGranted('certificate')) return [];
  const dnsNames = [`trust.${namespace}.svc`];
  return [{ name: PLATFORM_TRUST, contract: 'certificate', dnsNames, secret: PLATFORM_TRUST }];
}

/** What a pod gets so that a program in it trusts the authority; nothing where the wish came to nothing. */
export interface Trust {
  env: { name: string; value: string }[];
  volumes: Record<string, unknown>[];
  volumeMounts: { name: string; mountPath: string; readOnly: boolean }[];
}

/** How runtimes are told: Go reads folders of certificates, Node one more file. */
const VARIABLES = {
  go: { name: 'SSL_CERT_DIR', value: `/etc/ssl/certs:${FOLDER}` },
  node: { name: 'NODE_EXTRA_CA_CERTS', value: TRUST_FILE },
};

export function trusting(granted: Granted, runtime: keyof typeof VARIABLES | 'file'): Trust {
  if (!granted[PLATFORM_TRUST]) return { env: [], volumes: [], volumeMounts: [] };
  return {
    env: runtime === 'file' ? [] : [VARIABLES[runtime]],
    // Only the certificate: the key beside it is nobody's business.
    volumes: [
      {
        name: PLATFORM_TRUST,
        secret: { secretName: PLATFORM_TRUST, items: [{ key: 'ca.crt', path: 'ca.crt' }] },
      },
    ],
    volumeMounts: [{ name: PLATFORM_TRUST, mountPath: FOLDER, readOnly: true }],
  };
}
