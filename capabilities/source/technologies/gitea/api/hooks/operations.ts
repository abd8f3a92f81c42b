import {
  type ApiCall,
  created,
  noContent,
  notFound,
  type Operation,
  ok,
  paged,
  unprocessable,
} from '../call.ts';
import { openRepository } from '../repository-access.ts';
import { sendTest } from './deliver.ts';
import { type Hook, listHooks, removeHook, saveHook } from './store.ts';
import { checkTarget } from './target.ts';

interface HookRequest {
  type: string;
  config: { url?: string; content_type?: string; secret?: string };
  events: string[];
  branch_filter: string;
  active: boolean;
  authorization_header: string;
}

/** What happens here; other events of Gitea have no source. */
const EVENTS = ['push', 'create', 'delete'];

function hookJson(hook: Hook) {
  return {
    id: hook.id,
    type: 'gitea',
    branch_filter: hook.branchFilter,
    config: { content_type: hook.contentType, url: hook.url },
    events: hook.events,
    authorization_header: hook.authorization ? '******' : '',
    active: hook.active,
    updated_at: hook.createdAt,
    created_at: hook.createdAt,
    name: '',
  };
}

export const listRepositoryHooks: Operation = async call => {
  const { name } = await openRepository(call, 'update');
  return paged(call, (await listHooks(call.server, name)).map(hookJson));
};

export const getHook: Operation = async call => ok(hookJson((await findHook(call)).hook));

async function findHook(call: ApiCall) {
  const { name } = await openRepository(call, 'update');
  const hook = (await listHooks(call.server, name)).find(each => String(each.id) === call.params.id);
  if (!hook) throw notFound();
  return { name, hook };
}

export const createHook: Operation = async call => {
  const { name } = await openRepository(call, 'update');
  const request = await call.body<HookRequest>();
  if (!['gitea', 'gogs', 'slack'].includes(request.type ?? 'gitea') || request.type === 'slack')
    throw unprocessable(`Invalid hook type: ${request.type}: only "gitea" is supported`);
  const id = Buffer.from(call.server.random.bytes(6)).readUIntBE(0, 6);
  const fresh: Hook = {
    id,
    url: '',
    contentType: 'json',
    secret: '',
    authorization: '',
    events: ['push'],
    branchFilter: '*',
    active: request.active ?? false,
    createdAt: '',
  };
  return created(hookJson(await saveHook(call.server, name, changed(call, fresh, request))));
};

export const editHook: Operation = async call => {
  const { name, hook } = await findHook(call);
  return ok(hookJson(await saveHook(call.server, name, changed(call, hook, await call.body<HookRequest>()))));
};

function changed(call: ApiCall, hook: Hook, request: Partial<HookRequest>): Hook {
  const { config = {}, events } = request;
  const url = config.url ?? hook.url;
  checkTarget(url, call.server.webhookHosts);
  const type = config.content_type ?? hook.contentType;
  if (type !== 'json' && type !== 'form') throw unprocessable('Invalid content type');
  const unknown = events?.filter(event => !EVENTS.includes(event)) ?? [];
  if (unknown.length > 0)
    throw unprocessable(`[events]: ${unknown.join(', ')}: never happen here; known: ${EVENTS.join(', ')}`);
  return {
    ...hook,
    url,
    contentType: type,
    secret: config.secret ?? hook.secret,
    authorization: request.authorization_header ?? hook.authorization,
    events: events && events.length > 0 ? events : hook.events,
    branchFilter: request.branch_filter || hook.branchFilter,
    active: request.active ?? hook.active,
  };
}

export const deleteHook: Operation = async call => {
  const { name, hook } = await findHook(call);
  await removeHook(call.server, name, hook.id);
  return noContent;
};

export const testHook: Operation = async call => {
  const { name, hook } = await findHook(call);
  await sendTest(call.server, name, hook, call.user);
  return noContent;
};
