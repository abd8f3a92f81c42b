import {
  type AnyObject,
  apiVersionOf,
  hasReason,
  type Key,
  type Kind,
  keyText,
  StatusError,
  type Stored,
  type UserInfo,
} from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Template, TemplateRun } from '@slipway/kinds';
import type { ActionContext, LocalContext, Made } from '../actions/action.ts';
import { fillInPool } from '../actions/fill-in-pool.ts';
import { sourceFolder } from '../actions/source-folder.ts';
import { gitHosts } from '../git-server/hosts.ts';
import type { CatalogState } from '../state.ts';
import type { Ground } from './ground.ts';
import { isSame, type Journal } from './journal.ts';
import { marked } from './made-by.ts';

/** The platform itself: actions do what they say, with the rights of who started the run. */
export function realGround(
  state: CatalogState,
  { run, template, user }: { run: Stored<TemplateRun>; template: Stored<Template>; user: UserInfo },
): Ground {
  const { ports, settings } = state;
  const client = state.actAs(user);
  return {
    now: () => ports.clock.now(),
    gitHosts: gitHosts(settings),
    fill: work => fillInPool(ports.pool, work),
    fetchFolder: (url, signal) =>
      sourceFolder({ state, user, templateUrl: locationOf(template), signal }, url),
    perform: async (action, context, journal) => {
      if (action.local) return action.run(context);
      return action.run(outer({ state, client, run, context, journal }));
    },
  };
}

interface Outer {
  state: CatalogState;
  client: Client;
  run: Stored<TemplateRun>;
  context: LocalContext;
  journal: Journal;
}

function outer({ state, client, run, context, journal }: Outer): ActionContext {
  const claim: ActionContext['claim'] = (made, present) => claimFor(journal, made, present);
  const disclaim = (made: Made) =>
    journal.change(draft => {
      draft.inventory = (draft.inventory ?? []).filter(entry => !isSame(entry, made));
    });
  return {
    ...context,
    state,
    client,
    claim,
    disclaim,
    create: async (kind, key, object) => {
      const made = { apiVersion: apiVersionOf(kind), kind: kind.kind, ...key };
      const found = await claim(made, async () => (await client.find(kind, key)) !== undefined);
      const present = found === 'ours' ? await client.find(kind, key) : undefined;
      if (present) return present;
      try {
        return await createOnce(client, kind, { key, object: marked(object, run) });
      } catch (error) {
        const there = await client.find(kind, key).catch(() => true);
        if (hasReason(error, 'AlreadyExists') || !there) await disclaim(made);
        throw error;
      }
    },
  };
}

async function createOnce(
  client: Client,
  kind: Kind<AnyObject>,
  { key, object }: { key: Key; object: AnyObject },
): Promise<Stored<AnyObject>> {
  try {
    return await client.create(kind, object, { fieldManager: 'slipway-portal' });
  } catch (error) {
    if (!hasReason(error, 'AlreadyExists')) throw error;
    throw new StatusError(
      'AlreadyExists',
      `${kind.kind} ${keyText(key)} exists already; choose another name`,
    );
  }
}

/** Writes the claim before anything is made, so that what a crash leaves is known. */
async function claimFor(
  journal: Journal,
  made: Made,
  present: () => Promise<boolean>,
): Promise<'new' | 'ours'> {
  if (journal.status.inventory?.some(entry => isSame(entry, made))) return 'ours';
  if (await present())
    throw new StatusError(
      'AlreadyExists',
      `${made.kind} ${JSON.stringify(made.name)} exists already; choose another name`,
    );
  await journal.change(draft => {
    draft.inventory = [...(draft.inventory ?? []), made];
  });
  return 'new';
}

/** Where relative URLs of a template start. */
function locationOf({ metadata }: Stored<Template>): string {
  const location = metadata.annotations?.['backstage.io/managed-by-location'] ?? '';
  return location.replace(/^url:/, '');
}
