import type { Client } from '@slipway/client';
import { type HttpPort, httpRequest, PLATFORM_TRUST, type Selection } from '@slipway/definition';
import { Secret } from '@slipway/kinds';

/** The certificate of a platform's own authority (PEM), once there is one; undefined where everybody trusts what it serves. */
export type Authority = () => Promise<string | undefined>;

/** Asks the cluster until it is there: it comes while a platform is applied. */
export function platformAuthority(client: Client, { document }: Selection): Authority {
  const isOwn = (document.spec?.tls?.issuer ?? 'local') === 'local';
  let known: string | undefined;
  return async () => {
    if (!isOwn || known !== undefined) return known;
    const { items } = await client.list(Secret, { fieldSelector: `metadata.name=${PLATFORM_TRUST}` });
    const found = items.map(({ data }) => data?.['ca.crt']).find(Boolean);
    known = found === undefined ? undefined : Buffer.from(found, 'base64').toString();
    return known;
  };
}

/** Requests that trust the platform's authority besides the system's. */
export function trustingHttp(authority: Authority): HttpPort {
  return async asked => {
    const ca = asked.ca ?? (await authority());
    return httpRequest({ ...asked, ...(ca ? { ca } : {}) });
  };
}
