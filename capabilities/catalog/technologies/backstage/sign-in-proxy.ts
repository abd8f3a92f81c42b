import type { Granted, Trust, UpstreamSettings } from '@slipway/definition';

/** Where the proxy listens, in the same pod as Backstage. */
export const PROXY_PORT = 4180;
export const COOKIE_SECRET = 'backstage-session';

const IMAGE = 'quay.io/oauth2-proxy/oauth2-proxy:v7.12.0';

/** oauth2-proxy: nobody reaches Backstage who is not signed in; only its health is answered to everybody. */
export function signInProxy(
  settings: UpstreamSettings,
  granted: Granted,
  { env, volumeMounts }: Trust,
): Record<string, unknown> {
  const client = granted['sign-in'];
  const options = {
    PROVIDER: 'oidc',
    OIDC_ISSUER_URL: client?.issuer ?? '',
    REDIRECT_URL: `${settings.url('backstage')}/oauth2/callback`,
    SCOPE: 'openid profile email groups',
    // Whoever the issuer knows may come in, with an e-mail address or without.
    OIDC_EMAIL_CLAIM: 'sub',
    EMAIL_DOMAINS: '*',
    UPSTREAMS: 'http://127.0.0.1:7007',
    HTTP_ADDRESS: `0.0.0.0:${PROXY_PORT}`,
    SKIP_PROVIDER_BUTTON: 'true',
    SKIP_AUTH_ROUTES: 'GET=^/\\.backstage/health/',
    REVERSE_PROXY: 'true',
    COOKIE_SECURE: 'true',
    CODE_CHALLENGE_METHOD: 'S256',
  };
  const secret = (name: string, key: string) => ({ secretKeyRef: { name, key } });
  return {
    name: 'sign-in',
    image: IMAGE,
    env: [
      ...env,
      ...Object.entries(options).map(([name, value]) => ({ name: `OAUTH2_PROXY_${name}`, value })),
      { name: 'OAUTH2_PROXY_CLIENT_ID', valueFrom: secret(client?.secret ?? '', 'clientId') },
      { name: 'OAUTH2_PROXY_CLIENT_SECRET', valueFrom: secret(client?.secret ?? '', 'clientSecret') },
      { name: 'OAUTH2_PROXY_COOKIE_SECRET', valueFrom: secret(COOKIE_SECRET, 'key') },
    ],
    ports: [{ name: 'sign-in', containerPort: PROXY_PORT }],
    readinessProbe: { httpGet: { path: '/ready', port: 'sign-in' } },
    livenessProbe: { httpGet: { path: '/ping', port: 'sign-in' } },
    resources: { requests: { cpu: '20m', memory: '32Mi' }, limits: { memory: '128Mi' } },
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 65_532,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts,
  };
}
