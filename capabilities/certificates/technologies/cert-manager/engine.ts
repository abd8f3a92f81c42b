import type { Client } from '@slipway/client';
import type { Ports, Running, Settings } from '@slipway/definition';
import type { Handler } from '@slipway/gateway';
import { Namespace, Secret } from '@slipway/kinds';
import { openAuthority } from '../../authority/authority.ts';
import type { Authority } from '../../contract.ts';
import { CLUSTER_NAMESPACE, ClusterIssuer, GROUP, LOCAL_ISSUER, LOCAL_SECRET } from './cert-manager-kinds.ts';
import { controllersOf } from './controllers.ts';
import { localCertificates } from './local-names.ts';

const MANAGER = 'cert-manager';

/** Common name of the local authority, as people see it in their trust store. */
export const AUTHORITY_NAME = 'Slipway local CA';

/** Starts the engine over the authority in its data folder, the one the platform has opened already. */
export async function startEngine(ports: Ports, settings: Settings): Promise<Running> {
  const { client, data: folder, keys, clock, random } = ports;
  const authority = await openAuthority({ folder, keys, clock, random, commonName: AUTHORITY_NAME });
  const leafDays = Number(settings.parameters.leafDays ?? 90);
  const certificates = localCertificates({ authority, addresses: settings.addresses, leafDays });
  await publishAuthority(client, authority);
  return {
    controllers: controllersOf({ authority, client, clock, random }),
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

/** Makes the ClusterIssuer `local`, and a Secret with the root for everybody who has to trust it. */
async function publishAuthority(client: Client, authority: Authority): Promise<void> {
  const options = { fieldManager: MANAGER, force: true };
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: CLUSTER_NAMESPACE } };
  await client.apply(Namespace, namespace, options);
  const root = Buffer.from(authority.caPem).toString('base64');
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: CLUSTER_NAMESPACE, name: LOCAL_SECRET },
  };
  await client.apply(Secret, { ...secret, data: { 'ca.crt': root } }, options);
  const issuer = { apiVersion: `${GROUP}/v1`, kind: 'ClusterIssuer', metadata: { name: LOCAL_ISSUER } };
  await client.apply(ClusterIssuer, { ...issuer, spec: { ca: { secretName: LOCAL_SECRET } } }, options);
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
