import type { CertificateWish, RouteWish, UpstreamSettings } from '@slipway/definition';

/** Where a wished route is found, and where its certificate lies. */
export interface RouteAddress {
  host: string;
  url: string;
  /** The Secret of the certificate; with a namespace when it is the platform's own and not the wisher's. */
  secret: { name: string; namespace?: string };
  /** What the route takes in turn. */
  wishes: CertificateWish[];
}

/** The host of a route below the platform's domain, with a certificate of its own unless the platform brings one. */
export function routeAddress(wish: RouteWish, { domain, tls, url }: UpstreamSettings): RouteAddress {
  const host = wish.host === '' ? domain : `${wish.host}.${domain}`;
  const found = { host, url: url(wish.host) };
  if (tls.issuer === 'files' && tls.files)
    return { ...found, secret: { name: tls.files.secret, namespace: 'slipway-system' }, wishes: [] };
  const secret = `${wish.name}-tls`;
  return {
    ...found,
    secret: { name: secret },
    wishes: [{ name: secret, contract: 'certificate', dnsNames: [host], secret }],
  };
}
