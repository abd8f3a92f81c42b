import { type Key, SlipwayError } from '@slipway/api';
import type { WiringSettings } from '@slipway/definition';
import { givenToken } from '../git-access/given-accounts.ts';
import { listKey } from '../repository-at/plan.ts';
import type {
  HostContext,
  ListedRepository,
  RepositoryHost,
  SeenRepository,
  WantedRepository,
} from '../repository-at/repository-host.ts';
import type { RepositoryName } from '../repository-name.ts';
import { type HostedApi, type HostedServer, hostedApi, ownerIn, PAGE } from './hosted-api.ts';

const FULL_MS = 60_000;

/** A repository as a hosted server says it is. */
export interface HostedRepository {
  description: string;
  defaultBranch: string;
  isPrivate: boolean;
  /** Issues and changes that are open. */
  openIssues: number;
}

/** What of a server's REST repositories need; paths and names are the technology's. */
export interface HostedVerbs {
  /** What was pushed last first, as far as the server orders so; of so many pages at most. */
  list(api: HostedApi, now: number, mostPages?: number): Promise<ListedRepository[]>;
  find(api: HostedApi, name: RepositoryName): Promise<HostedRepository | undefined>;
  /** With a first commit on its branch; false when the owner is not there, or it may not be made. */
  make(api: HostedApi, wanted: WantedRepository): Promise<boolean>;
  change(api: HostedApi, name: RepositoryName, change: Partial<HostedRepository>): Promise<boolean>;
  branches(api: HostedApi, name: RepositoryName): Promise<Record<string, string> | undefined>;
  newestPush(api: HostedApi, name: RepositoryName): Promise<SeenRepository['push']>;
  /** How many commits the default branch has; more than two are two. */
  commits(api: HostedApi, name: RepositoryName): Promise<number>;
  remove(api: HostedApi, name: RepositoryName): Promise<boolean>;
}

/** Keeps repositories at a server that somebody else runs, with the token that was given. */
export function hostedRepositories(
  server: HostedServer,
  verbs: HostedVerbs,
  settings: WiringSettings & { existing: { address: string; credentials: Key } },
): RepositoryHost {
  const { address, credentials } = settings.existing;
  const open = async ({ client, signal }: HostContext) =>
    hostedApi(server, settings, { token: await givenToken(client, credentials), signal });
  const { origin } = new URL(address);
  const listing = createListing(verbs);
  return {
    secrets: [credentials],
    owner: ownerIn(address) ?? '',
    urlOf: ({ owner, name }) => `${origin}/${owner}/${name}.git`,
    list: async context => listing(await open(context), context.clock.now()),
    ensure: async (wanted, context) => ensure(await open(context), { server, verbs }, wanted),
    read: async (name, context) => {
      const api = await open(context);
      const branches = await verbs.branches(api, name);
      if (!branches) return undefined;
      const push = await verbs.newestPush(api, name);
      return { branches, ...(push ? { push } : {}) };
    },
    remove: async (name, inAnyCase, context) => remove(await open(context), verbs, { name, inAnyCase }),
  };
}

/** All of them once in a while, and the newest page in between: requests are counted there. */
function createListing(verbs: HostedVerbs) {
  let known: { at: number; list: Map<string, ListedRepository> } | undefined;
  return async (api: HostedApi, now: number): Promise<ReadonlyMap<string, ListedRepository>> => {
    const isAsked = !known || now - known.at >= FULL_MS;
    const found = await verbs.list(api, now, isAsked ? undefined : 1);
    const isFull = isAsked || found.length < PAGE;
    const list = new Map(isFull ? [] : known?.list);
    for (const each of found) list.set(listKey(each), each);
    known = { at: isFull ? now : (known?.at ?? now), list };
    return list;
  };
}

async function ensure(
  api: HostedApi,
  { server: { title }, verbs }: { server: HostedServer; verbs: HostedVerbs },
  wanted: WantedRepository,
): Promise<boolean> {
  const present = await verbs.find(api, wanted);
  if (present) {
    await align(api, verbs, { present, wanted });
    return false;
  }
  if (await verbs.make(api, wanted)) return true;
  // Another process was faster.
  if (await verbs.find(api, wanted)) return false;
  throw new SlipwayError(
    'OwnerMissing',
    `repository ${wanted.owner}/${wanted.name}: ${title} has no ${wanted.owner} in which the given token may make it; make that there, or let the token’s account in`,
  );
}

async function align(
  api: HostedApi,
  verbs: HostedVerbs,
  { present, wanted }: { present: HostedRepository; wanted: WantedRepository },
): Promise<void> {
  const { description, defaultBranch, isPrivate } = wanted;
  const change = {
    ...(description === undefined || description === present.description ? {} : { description }),
    ...(isPrivate === present.isPrivate ? {} : { isPrivate }),
    ...(defaultBranch === present.defaultBranch ? {} : { defaultBranch }),
  };
  if (Object.keys(change).length === 0) return;
  const branches = change.defaultBranch === undefined ? {} : ((await verbs.branches(api, wanted)) ?? {});
  if (change.defaultBranch !== undefined && !(change.defaultBranch in branches))
    throw new SlipwayError(
      'BranchMissing',
      `repository ${wanted.owner}/${wanted.name}: it has no branch ${JSON.stringify(defaultBranch)}, which spec.defaultBranch names; push it, or name another`,
    );
  if (await verbs.change(api, wanted, change)) return;
  throw new SlipwayError(
    'ServerRefused',
    `repository ${wanted.owner}/${wanted.name}: ${Object.keys(change).join(', ')} may not be changed with the given token`,
  );
}

async function remove(
  api: HostedApi,
  verbs: HostedVerbs,
  { name, inAnyCase }: { name: RepositoryName; inAnyCase: boolean },
): Promise<'removed' | 'kept'> {
  const present = await verbs.find(api, name);
  if (!present) return 'removed';
  const isUntouched = async () => {
    const branches = Object.keys((await verbs.branches(api, name)) ?? {});
    if (branches.length === 0) return present.openIssues === 0;
    return present.openIssues === 0 && branches.length === 1 && (await verbs.commits(api, name)) <= 1;
  };
  if (!inAnyCase && !(await isUntouched())) return 'kept';
  return (await verbs.remove(api, name)) ? 'removed' : 'kept';
}
