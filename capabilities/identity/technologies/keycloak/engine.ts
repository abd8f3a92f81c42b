import type { Log } from '@slipway/api';
import type { Ports, Probe, Running, Settings } from '@slipway/definition';
import { portalClient } from '../../objects/clients.ts';
import { signInAudit } from './audit.ts';
import { controllersOf } from './controllers.ts';
import { accountHandler } from './doors/account.ts';
import { adminHandler } from './doors/admin.ts';
import { createAuthenticator } from './doors/authenticator.ts';
import { idHost } from './doors/id-host.ts';
import { signedInBy } from './doors/signed-in.ts';
import { tokensHandler } from './doors/tokens.ts';
import { embeddedIssuer } from './oidc-client/embedded-issuer.ts';
import { openPasswords } from './password/passwords.ts';
import { openDirectory } from './people/directory.ts';
import { openArtifactStore } from './provider/artifact-store.ts';
import { openClients } from './provider/clients.ts';
import { type OpenProvider, openProvider, type ProviderOptions } from './provider/open-provider.ts';
import { signOut } from './provider/sign-out.ts';
import { followAdministrators } from './rights/administrators.ts';
import { applyRights } from './rights/apply.ts';
import { openSignIns } from './sessions/sign-ins.ts';
import { createTickets } from './sign-in/ticket.ts';
import { noteLastUse } from './token/last-use.ts';
import type { People } from './user/reconcile.ts';

/** As whom the engine does what follows from others' decisions. */
const ACCOUNT = 'system:serviceaccount:slipway-system:keycloak';
const HOUR_MS = 3600 * 1000;

/** Starts the issuer at `id.<domain>`. */
export async function startEngine(ports: Ports, settings: Settings): Promise<Running> {
  const { client, clock, random, log, data: folder, keys } = ports;
  const abort = new AbortController();
  const realm = String(settings.parameters.realm ?? 'slipway');
  const root = `/realms/${realm}`;
  const origin = settings.addresses.url('id');
  const portalUrl = settings.addresses.url('');
  const directory = openDirectory({ client, clock, log, signal: abort.signal });
  const audit = signInAudit(client, log);
  const clients = openClients({ client, clock });
  const store = await openArtifactStore({ folder, keys, clock, random });
  const passwords = openPasswords({ client, directory, clock, random });
  const signIns = openSignIns({ store, clock });
  const options = {
    issuer: `${origin}${root}`,
    root,
    folder,
    keys,
    clock,
    random,
    log,
    store,
    clients,
    directory,
    audit,
    passwords,
    signIns,
  };
  const current = renewing(options);
  await applyRights(client);
  const [tickets] = await Promise.all([
    keys.derive('keycloak/tickets').then(key => createTickets(key, clock)),
    portalClient({ client, random, portalUrl }),
    current(),
    followAdministrators({ client, directory, log }),
  ]);
  const verify = async (token: string) => (await current()).verify(token);
  const authenticator = createAuthenticator({
    directory,
    clock,
    used: noteLastUse({ client, clock, log }),
    issuer: {
      issuer: options.issuer,
      verify,
      isPlatformClient: async id => (await clients.find(id))?.isPlatform === true,
    },
  });
  const site = async () => {
    const { provider: load, publicKeys } = await current();
    const provider = await load();
    const parts = { client, clock, log, clients, directory, passwords, tickets, audit };
    return { origin, root, portalUrl, provider, publicKeys, ...parts };
  };
  const admin = adminHandler({ realm, client, clients, authenticator });
  const signedIn = signedInBy({ directory, verify });
  const account = accountHandler({ portalUrl, clients, signIns, audit, signedIn });
  const tokens = tokensHandler({ client, clock, random, directory, audit, signedIn });
  const sweeping = sweep({ ...options, signal: abort.signal });
  return {
    controllers: controllersOf(settings, endOfPeople(options), embeddedIssuer(options)),
    routes: [{ host: 'id', handler: idHost({ site, admin, account, tokens }) }],
    authenticator,
    probes: [probeOf(options, current)],
    stop: async () => {
      abort.abort();
      await sweeping;
      store.close();
    },
  };
}

function probeOf({ directory, issuer }: ProviderOptions, current: () => Promise<OpenProvider>): Probe {
  return {
    capability: 'identity',
    name: 'the issuer has keys and knows its people',
    check: async () => {
      await directory.synced;
      return `${issuer}, ${(await current()).publicKeys.keys.length} keys`;
    },
  };
}

/** What being refused does to a person. */
function endOfPeople({ store, clock, audit }: ProviderOptions): People {
  return {
    signOut: id => signOut(store, clock, id),
    tell: (name, reason) =>
      audit.tell({ actor: ACCOUNT, verb: 'sign-out', object: `${name}: ${reason}`, outcome: 'allowed' }),
  };
}

/** The provider, made anew when its signing keys are due. */
function renewing(options: ProviderOptions): () => Promise<OpenProvider> {
  let opened: Promise<OpenProvider> | undefined;
  return async () => {
    opened ??= openProvider(options);
    const present = await opened.catch(error => {
      opened = undefined;
      throw error;
    });
    if (present.rotateAt > options.clock.now()) return present;
    opened = openProvider(options);
    return opened;
  };
}

async function sweep(options: ProviderOptions & { signal: AbortSignal; log: Log }): Promise<void> {
  const { clock, store, signal } = options;
  while (!signal.aborted) {
    store.sweep();
    await clock.sleep(HOUR_MS, signal).catch(() => {});
  }
}
