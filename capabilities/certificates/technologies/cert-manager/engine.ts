import type { Ports, Running, Settings } from '@slipway/definition';
import type { Handler } from '@slipway/gateway';
import { openAuthority } from '../../authority/authority.ts';
import type { Authority } from '../../contract.ts';
import { localCertificates } from './local-names.ts';

/** Common name of the local authority, as people see it in their trust store. */
export const AUTHORITY_NAME = 'Slipway local CA';

/** Starts the engine over the authority in its data folder, the one the platform has opened already. */
export async function startEngine(ports: Ports, settings: Settings): Promise<Running> {
  const { data: folder, keys, clock, random } = ports;
  const authority = await openAuthority({ folder, keys, clock, random, commonName: AUTHORITY_NAME });
  const leafDays = Number(settings.parameters.leafDays ?? 90);
  const certificates = localCertificates({ authority, addresses: settings.addresses, leafDays });
  return {
    controllers: [],
    routes: [],
    certificates,
    plain: { path: '/ca.crt', handler: offerAuthority(authority) },
    probes: [
      {
        capability: 'certificates',
        name: 'issues a certificate for the portal',
        check: async () => {
          const leaf = await certificates(settings.addresses.domain);
          if (!leaf) throw new Error(`no certificate for "${settings.addresses.domain}"`);
          return `valid until ${new Date(leaf.notAfter).toISOString().slice(0, 10)}`;
        },
      },
    ],
    stop: async () => {},
  };
}

/** Serves the root certificate for people to trust. */
function offerAuthority(authority: Authority): Handler {
  return (_request, response) => {
    response.writeHead(200, {
      'content-type': 'application/x-pem-file',
      'content-disposition': 'attachment; filename="slipway-ca.crt"',
      'cache-control': 'no-store',
    });
    response.end(authority.caPem);
  };
}
