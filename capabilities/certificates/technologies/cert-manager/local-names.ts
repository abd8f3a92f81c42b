import type { Addresses } from '@slipway/definition';
import type { Authority, Leaf } from '../../contract.ts';

const DAY_MS = 24 * 3600 * 1000;
/** RFC 1123 labels; what else a client sends as a server name gets no certificate. */
const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/;

/** Certificates for the platform's own names, as the listener asks for them; undefined for any other name. */
export function localCertificates(options: {
  authority: Authority;
  addresses: Pick<Addresses, 'domain' | 'appsDomain'>;
  leafDays: number;
}): (serverName: string) => Promise<Leaf | undefined> {
  const { authority, addresses } = options;
  const parents = [addresses.domain, addresses.appsDomain, 'slipway.internal', 'localhost'];
  const ttlMs = options.leafDays * DAY_MS;
  return async serverName => {
    const name = serverName.toLowerCase();
    // Clients that connect by address send no name (RFC 6066, 3).
    if (name === '' || name === 'localhost') {
      return authority.issue({ names: ['localhost'], addresses: ['127.0.0.1', '::1'], ttlMs });
    }
    if (name.length > 253 || !NAME.test(name)) return undefined;
    const isOurs = parents.some(parent => name === parent || name.endsWith(`.${parent}`));
    return isOurs ? authority.issue({ names: [name], ttlMs }) : undefined;
  };
}
