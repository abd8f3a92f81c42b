import { hasReason, type Key, keyOf, SlipwayError, type Stored } from '@slipway/api';
import { holdOn, letGo, updateStatus } from '@slipway/client';
import { OidcClient, Secret } from '@slipway/kinds';
import {
  type Context,
  type Controller,
  controller,
  done,
  doneFor,
  type Outcome,
  retryAfter,
  waitingFor,
  watching,
} from '@slipway/runtime';
import type { ClientFacts, Issuer, IssuerContext } from './issuer.ts';
import { rivalOf, SECRET_OF, says, secretOf } from './plan.ts';

const FINALIZER = 'identity.slipway.dev/oidc-client';
const MANAGER = { fieldManager: 'slipway-oidc-client', force: true };
const RETRY_MS = 5_000;
/** What somebody else has to mend is asked about this often, besides when an object changes. */
const WAIT_MS = 15_000;
/** The issuer tells nobody when it loses a client. */
const RESYNC_MS = 60_000;
/** Reasons that only people or other controllers can mend. */
const WAITING = [
  'AdminSecretMissing',
  'AdminRefused',
  'ClientTaken',
  'ClientNotGiven',
  'RegistrationRefused',
];

/** Keeps an issuer's clients and the tools' Secrets true to the OidcClients. */
export function oidcClients(issuer: Issuer, resyncMs = RESYNC_MS): Controller {
  return controller<OidcClient>({
    name: 'oidc-client',
    kind: OidcClient,
    condition: 'Ready',
    watches: [
      watching<Secret>({
        kind: Secret,
        keysOf: (secret, context) => ownersOfSecret(issuer, secret, context),
      }),
      watching<OidcClient>({
        kind: OidcClient,
        keysOf: (changed, { cache }) =>
          cache(OidcClient)
            .list()
            .filter(other => other.spec.clientId === changed.spec.clientId)
            .map(keyOf),
      }),
    ],
    reconcile: (object, context) => reconcile(issuer, object, context, resyncMs),
  });
}

/** Whoever lost a label as well: the name says whose it was. */
function ownersOfSecret(
  issuer: Issuer,
  { metadata }: Stored<Secret>,
  { cache }: Pick<Context, 'cache'>,
): Key[] {
  const isIssuers = issuer.secrets?.some(
    ({ namespace, name }) => namespace === metadata.namespace && name === metadata.name,
  );
  if (isIssuers) return cache(OidcClient).list().map(keyOf);
  return cache(OidcClient)
    .list({ namespace: metadata.namespace ?? '' })
    .filter(({ spec }) => spec.secret.name === metadata.name)
    .map(keyOf);
}

async function reconcile(
  issuer: Issuer,
  object: Stored<OidcClient>,
  context: Context,
  resyncMs: number,
): Promise<Outcome> {
  try {
    if (object.metadata.deletionTimestamp) return await end(issuer, object, context);
    const rival = rivalOf(object, context.cache(OidcClient).list());
    if (rival) return taken(object, rival);
    await holdOn(context.client, OidcClient, object, FINALIZER);
    const facts = await issuer.ensure(object, issuerContext(object, context));
    await writeSecret(object, facts, context);
    await tell(object, facts, context);
    return doneFor(resyncMs);
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    if (WAITING.includes(error.code)) return waitingFor(error.code, error.message, WAIT_MS);
    return retryAfter(RETRY_MS, error.code, error.message);
  }
}

function taken({ spec }: Stored<OidcClient>, { metadata }: Stored<OidcClient>): Outcome {
  const whose = `${metadata.namespace}/${metadata.name}`;
  return waitingFor(
    'ClientTaken',
    `client ${JSON.stringify(spec.clientId)}: OidcClient ${whose} asked for it first; choose another clientId`,
  );
}

function issuerContext(object: Stored<OidcClient>, { client, clock, cache, signal }: Context): IssuerContext {
  const { name, keys } = object.spec.secret;
  const { namespace = '' } = object.metadata;
  const secret = cache(Secret).get({ namespace, name });
  const isOurs = secret?.metadata.labels?.[SECRET_OF] === object.metadata.name;
  const kept = isOurs ? secret.data?.[keys?.clientSecret ?? 'clientSecret'] : undefined;
  return {
    client,
    clock,
    signal,
    known: key => cache(OidcClient).get(key) !== undefined,
    ...(kept ? { presentSecret: Buffer.from(kept, 'base64').toString('utf8') } : {}),
  };
}

async function writeSecret(
  object: Stored<OidcClient>,
  facts: ClientFacts,
  { client, cache }: Context,
): Promise<void> {
  const wanted = secretOf(object, facts);
  const present = cache(Secret).get(keyOf(wanted));
  if (!says(present, wanted)) await client.apply(Secret, wanted, MANAGER);
}

async function tell(
  object: Stored<OidcClient>,
  { issuer, origin }: ClientFacts,
  { client }: Context,
): Promise<void> {
  if (object.status?.issuer === issuer && object.status.origin === origin) return;
  await updateStatus(client, OidcClient, keyOf(object), draft => {
    draft.status = { ...draft.status, issuer, origin };
  });
}

async function end(issuer: Issuer, object: Stored<OidcClient>, context: Context): Promise<Outcome> {
  const { finalizers = [] } = object.metadata;
  if (!finalizers.includes(FINALIZER)) return done;
  await issuer.end(object, issuerContext(object, context));
  await takeBackSecret(object, context);
  await letGo(context.client, OidcClient, object, FINALIZER);
  return done;
}

/** Our keys go; the Secret with them when nothing else is in it. */
async function takeBackSecret(object: Stored<OidcClient>, { client, cache }: Context): Promise<void> {
  const { name } = object.spec.secret;
  const key = { namespace: object.metadata.namespace ?? '', name };
  if (cache(Secret).get(key)?.metadata.labels?.[SECRET_OF] !== object.metadata.name) return;
  const empty: Secret = { apiVersion: 'v1', kind: 'Secret', metadata: key };
  const left = await client.apply(Secret, empty, MANAGER);
  if (Object.keys(left.data ?? {}).length > 0) return;
  const { uid, resourceVersion } = left.metadata;
  await client.delete(Secret, key, { preconditions: { uid, resourceVersion } }).catch(error => {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error;
  });
}
