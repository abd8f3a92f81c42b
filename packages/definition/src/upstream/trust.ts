import type { UpstreamSettings } from './upstream.ts';
import type { CertificateWish, Granted } from './wish.ts';

const NAME = 'platform-trust';
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
  return [{ name: NAME, contract: 'certificate', dnsNames, secret: NAME }];
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
  if (!granted[NAME]) return { env: [], volumes: [], volumeMounts: [] };
  return {
    env: runtime === 'file' ? [] : [VARIABLES[runtime]],
    // Only the certificate: the key beside it is nobody's business.
    volumes: [{ name: NAME, secret: { secretName: NAME, items: [{ key: 'ca.crt', path: 'ca.crt' }] } }],
    volumeMounts: [{ name: NAME, mountPath: FOLDER, readOnly: true }],
  };
}
