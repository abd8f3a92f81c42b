import { timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import type { Authenticator, Clock, Folder, KeyProvider, Log, Random, UserInfo } from '@slipway/api';
import { type Authority, openAuthority } from '@slipway/certificates/contract';
import { type Client, createClient, impersonate } from '@slipway/client';
import { auditRecordDefinition } from '@slipway/kinds';
import { type Kube, startKube } from '@slipway/kube';
import { type DataFolder, openKeyFile, recordCreator, recordSpecAuthor } from '@slipway/server';
import { LOCAL_ADMIN } from './credentials.ts';
import { RECORDED } from './recorded-kinds.ts';

/** The name under which the composition itself acts. */
const PLATFORM: UserInfo = { username: 'system:slipway', groups: ['system:masters', 'system:authenticated'] };
/** First address of the Services' range: `kubernetes.default.svc`. */
const API_SERVICE = '10.96.0.1';
const API_NAMES = [
  'localhost',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
];
const LEAF_MS = 90 * 24 * 3600 * 1000;
const RENEWAL_CHECK_MS = 12 * 3600 * 1000;

/** The API server with the controllers any cluster has, and ways to act on it. */
export interface ControlPlane {
  kube: Kube;
  keys: KeyProvider;
  authority: Authority;
  /** As the platform itself. */
  client: Client;
  /** As the ServiceAccount of a technology. */
  clientOf(technology: string): Client;
  /** As somebody else, asked for by the ServiceAccount of a technology. */
  clientAs(technology: string, user: UserInfo): Client;
}

export interface ControlPlaneOptions {
  folder: DataFolder;
  /** Of the engines: the authority lies where the certificates' engine opens it again. */
  engines: Folder;
  keysFolder: string;
  apiPort: number;
  adminToken: string;
  clock: Clock;
  random: Random;
  log: Log;
}

/** Opens the keys and the certificate authority, then store, API server and controllers; the API is served on loopback. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { folder, engines, keysFolder, apiPort, clock, random, log } = options;
  const keys = openKeyFile({ path: join(keysFolder, folder.id), random });
  // The engine's own folder: it serves the same authority.
  const certificates = await engines.folder('cert-manager');
  const authority = await openAuthority({
    folder: certificates,
    keys,
    clock,
    random,
    commonName: 'Slipway local CA',
  });
  const kube = await startKube({
    folder,
    keys,
    clock,
    random,
    log,
    rootCa: authority.caPem,
    advertise: { address: '127.0.0.1', port: apiPort },
  });
  kube.server.addAuthenticator(localAdminAuthenticator(options.adminToken));
  const stopRenewing = await serveApi(kube, authority, { apiPort, clock }).catch(async error => {
    await kube.stop();
    throw error;
  });
  kube.server.openAuditDoor({ definition: auditRecordDefinition, namespace: 'slipway-system' });
  for (const { annotation, of, kinds } of RECORDED)
    kube.server.addAdmission(
      of === 'creator' ? recordCreator(annotation, kinds) : recordSpecAuthor(annotation, kinds),
    );
  return {
    kube: {
      ...kube,
      stop: () => {
        stopRenewing();
        return kube.stop();
      },
    },
    keys,
    authority,
    client: kube.client(PLATFORM),
    clientOf: technology => kube.client(accountOf(technology)),
    clientAs: (technology, user) =>
      createClient(impersonate(kube.server.transport(accountOf(technology)), user)),
  };
}

/** Serves the API on loopback; the authority gives a new leaf when two thirds of the old one's life are over. */
async function serveApi(
  kube: Kube,
  authority: Authority,
  { apiPort, clock }: { apiPort: number; clock: Clock },
): Promise<() => void> {
  const leaf = () =>
    authority.issue({ names: API_NAMES, addresses: ['127.0.0.1', '::1', API_SERVICE], ttlMs: LEAF_MS });
  const listening = await kube.server.listen({ host: '127.0.0.1', port: apiPort, ...(await leaf()) });
  const stop = new AbortController();
  const renew = async () => {
    while (!stop.signal.aborted) {
      await clock.sleep(RENEWAL_CHECK_MS, stop.signal);
      listening.renew(await leaf());
    }
  };
  renew().catch(() => {});
  return () => stop.abort();
}

/** The user a technology's engine acts as: its ServiceAccount in `slipway-system`. */
export function accountOf(technology: string): UserInfo {
  return {
    username: `system:serviceaccount:slipway-system:${technology}`,
    groups: ['system:serviceaccounts', 'system:serviceaccounts:slipway-system', 'system:authenticated'],
  };
}

/** Knows local-admin by the token of the data folder. */
function localAdminAuthenticator(token: string): Authenticator {
  const wanted = Buffer.from(token);
  return {
    authenticate: async ({ bearer }) => {
      const given = Buffer.from(bearer ?? '');
      return given.length === wanted.length && timingSafeEqual(given, wanted) ? LOCAL_ADMIN : undefined;
    },
  };
}
