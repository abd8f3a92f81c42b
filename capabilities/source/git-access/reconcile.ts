import { hasReason, type Key, keyOf, SlipwayError, StatusError, type Stored } from '@slipway/api';
import { holdOn, letGo, updateStatus } from '@slipway/client';
import { GitAccess, Repository, Secret } from '@slipway/kinds';
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
import type { Account, AccountGiver, GiverContext } from './account-giver.ts';
import { isOurs, presentPassword, SECRET_OF, says, secretOf } from './plan.ts';

const FINALIZER = 'source.slipway.dev/git-access';
const MANAGER = { fieldManager: 'slipway-git-access', force: true };
const RETRY_MS = 5_000;
/** What somebody else has to mend is asked about this often, besides when an object changes. */
const WAIT_MS = 15_000;
/** The server tells nobody when it loses an account. */
const RESYNC_MS = 60_000;
/** Reasons that only people or other controllers can mend. */
const WAITING = [
  'AdminSecretMissing',
  'AdminRefused',
  'AccountTaken',
  'RepositoryMissing',
  'SecretTaken',
  'TokenTooWeak',
];

/** Keeps a Git server's accounts and the tools' Secrets true to the GitAccesses. */
export function gitAccesses(giver: AccountGiver, resyncMs = RESYNC_MS): Controller {
  return controller<GitAccess>({
    name: 'git-access',
    kind: GitAccess,
    condition: 'Ready',
    watches: [
      watching<Secret>({
        kind: Secret,
        keysOf: (secret, context) => ownersOfSecret(giver, secret, context),
      }),
      watching<Repository>({ kind: Repository, keysOf: whoReaches }),
    ],
    reconcile: (object, context) => reconcile(giver, object, context, resyncMs),
  });
}

/** Whoever lost a label as well: the name says whose it was. */
function ownersOfSecret(
  giver: AccountGiver,
  { metadata }: Stored<Secret>,
  { cache }: Pick<Context, 'cache'>,
): Key[] {
  const isServers = giver.secrets?.some(
    ({ namespace, name }) => namespace === metadata.namespace && name === metadata.name,
  );
  if (isServers) return cache(GitAccess).list().map(keyOf);
  return cache(GitAccess)
    .list({ namespace: metadata.namespace ?? '' })
    .filter(({ spec }) => spec.secret.name === metadata.name)
    .map(keyOf);
}

/** Who could not be let in to a repository before it was made. */
function whoReaches({ spec }: Stored<Repository>, { cache }: Pick<Context, 'cache'>): Key[] {
  const path = `${spec.owner}/${spec.name}`;
  return cache(GitAccess)
    .list()
    .filter(access => access.spec.repositories?.includes(path) && !isReady(access))
    .map(keyOf);
}

function isReady({ status }: Stored<GitAccess>): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
}

async function reconcile(
  giver: AccountGiver,
  object: Stored<GitAccess>,
  context: Context,
  resyncMs: number,
): Promise<Outcome> {
  try {
    if (object.metadata.deletionTimestamp) return await end(giver, object, context);
    const present = secretIn(object, context);
    if (present && !isOurs(object, present)) return taken(object);
    await holdOn(context.client, GitAccess, object, FINALIZER);
    const account = await giver.ensure(object, giverContext(object, present, context));
    await writeSecret({ object, account, present }, context);
    await tell(object, account, context);
    return doneFor(resyncMs);
  } catch (error) {
    if (!(error instanceof SlipwayError) || error instanceof StatusError) throw error;
    if (WAITING.includes(error.code)) return waitingFor(error.code, error.message, WAIT_MS);
    return retryAfter(RETRY_MS, error.code, error.message);
  }
}

function secretIn({ metadata, spec }: Stored<GitAccess>, { cache }: Context): Stored<Secret> | undefined {
  return cache(Secret).get({ namespace: metadata.namespace ?? '', name: spec.secret.name });
}

function taken({ metadata, spec }: Stored<GitAccess>): Outcome {
  return waitingFor(
    'SecretTaken',
    `secret ${metadata.namespace}/${spec.secret.name}: somebody else made it; delete it, or name another in spec.secret.name`,
  );
}

function giverContext(
  object: Stored<GitAccess>,
  secret: Stored<Secret> | undefined,
  { client, clock, random, signal }: Context,
): GiverContext {
  const present = presentPassword(object, secret);
  return { client, clock, random, signal, ...(present === undefined ? {} : { present }) };
}

/** Written onto what was looked at: of two processes that gave a password at once, one meets a Conflict and looks again. */
async function writeSecret(
  {
    object,
    account,
    present,
  }: { object: Stored<GitAccess>; account: Account; present: Stored<Secret> | undefined },
  context: Context,
): Promise<void> {
  const wanted = secretOf(object, account);
  if (says(present, wanted)) return;
  if (present) wanted.metadata.resourceVersion = present.metadata.resourceVersion;
  await context.client.apply(Secret, wanted, MANAGER);
  await takeBackSecrets(object, context, wanted.metadata.name);
}

async function tell(
  object: Stored<GitAccess>,
  { username, origin }: Account,
  { client }: Context,
): Promise<void> {
  if (object.status?.username === username && object.status.origin === origin) return;
  await updateStatus(client, GitAccess, keyOf(object), draft => {
    draft.status = { ...draft.status, username, origin };
  });
}

async function end(giver: AccountGiver, object: Stored<GitAccess>, context: Context): Promise<Outcome> {
  if (!object.metadata.finalizers?.includes(FINALIZER)) return done;
  await giver.end(object, giverContext(object, secretIn(object, context), context));
  await takeBackSecrets(object, context);
  await letGo(context.client, GitAccess, object, FINALIZER);
  return done;
}

/** Of those that were written for it, all but the one of this name. */
async function takeBackSecrets(
  { metadata }: Stored<GitAccess>,
  { client, cache }: Context,
  kept?: string,
): Promise<void> {
  const written = cache(Secret).list({
    namespace: metadata.namespace ?? '',
    labels: { [SECRET_OF]: metadata.name },
  });
  for (const secret of written.filter(({ metadata: { name } }) => name !== kept)) {
    const { uid, resourceVersion } = secret.metadata;
    await client.delete(Secret, keyOf(secret), { preconditions: { uid, resourceVersion } }).catch(error => {
      if (!hasReason(error, 'NotFound')) throw error;
    });
  }
}
