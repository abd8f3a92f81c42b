import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Authenticator, StatusError, type UserInfo } from '@slipway/api';
import { type Client, isAllowed } from '@slipway/client';
import { Group, User } from '@slipway/kinds';
import { SYSTEM_NAMESPACE } from '../../../objects/names.ts';
import type { Clients, OidcClient } from '../provider/clients.ts';
import { fits, readQuery } from './admin-query.ts';
import { sendJson } from './send-json.ts';

const IDENTITY = 'identity.slipway.dev';
const USERS: Access = { group: IDENTITY, resource: 'users' };
const GROUPS: Access = { group: IDENTITY, resource: 'groups' };
const CLIENTS: Access = { group: '', resource: 'secrets', namespace: SYSTEM_NAMESPACE };

interface Options {
  realm: string;
  client: Client;
  clients: Clients;
  authenticator: Authenticator;
}

interface Operation {
  path: RegExp;
  access: Access;
  /** Undefined: there is no such thing. */
  read(options: Options, query: URLSearchParams, id: string): Promise<unknown>;
}

const OPERATIONS: Operation[] = [
  { path: /^users()$/, access: USERS, read: listUsers },
  {
    path: /^users\/count()$/,
    access: USERS,
    read: async (options, query) => (await findUsers(options, query)).length,
  },
  {
    path: /^users\/([^/]+)$/,
    access: USERS,
    read: async ({ client }, _query, id) => userOf(await userById(client, id)),
  },
  { path: /^users\/([^/]+)\/groups$/, access: USERS, read: groupsOfUser },
  { path: /^groups()$/, access: GROUPS, read: listGroups },
  {
    path: /^groups\/([^/]+)$/,
    access: GROUPS,
    read: async ({ client }, _query, id) => groupOf(await groupById(client, id)),
  },
  { path: /^groups\/([^/]+)\/members$/, access: USERS, read: membersOf },
  { path: /^clients()$/, access: CLIENTS, read: listClients },
  {
    path: /^clients\/([^/]+)$/,
    access: CLIENTS,
    read: async ({ clients }, _query, id) => clientOf(await clients.find(id)),
  },
];

/** Keycloak's admin REST, the reading part; every request is one access review. */
export function adminHandler(
  options: Options,
): (request: IncomingMessage, response: ServerResponse, path: string) => Promise<void> {
  return async (request, response, path) => {
    const user = await whoAsks(request, options.authenticator);
    const [, realm, below = ''] = /^\/admin\/realms\/([^/]+)\/(.+?)\/?$/.exec(path) ?? [];
    const found = realm === options.realm && request.method === 'GET' ? operationAt(below) : undefined;
    if (!found) {
      const message = `${request.method} ${path}: not supported; users and groups are objects of ${IDENTITY}, clients are Secrets: change them with kubectl`;
      return sendJson(response, 501, { error: 'not_supported', errorMessage: message });
    }
    const { operation, id } = found;
    if (!(await isAllowed(options.client, user, { verb: 'list', ...operation.access }))) {
      return sendJson(response, 403, { error: 'HTTP 403 Forbidden' });
    }
    const query = new URL(request.url ?? '/', 'http://admin').searchParams;
    const answer = await operation.read(options, query, id);
    if (answer !== undefined) return sendJson(response, 200, answer);
    const kind = below.split('/')[0]?.replace(/s$/, '') ?? '';
    // Keycloak's words: “User not found”, “Could not find group by id”, “Could not find client”.
    const words =
      kind === 'user' ? 'User not found' : `Could not find ${kind}${kind === 'group' ? ' by id' : ''}`;
    sendJson(response, 404, { error: words });
  };
}

function operationAt(path: string): { operation: Operation; id: string } | undefined {
  for (const operation of OPERATIONS) {
    const match = operation.path.exec(path);
    if (match) return { operation, id: decodeURIComponent(match[1] ?? '') };
  }
  return undefined;
}

async function findUsers({ client }: Options, search: URLSearchParams): Promise<User[]> {
  const query = readQuery(search, ['username', 'email', 'search', 'enabled']);
  const { items } = await client.list(User);
  const enabled = query.text('enabled');
  return items.filter(({ metadata, spec }) => {
    const words = query.text('search');
    const texts = [metadata.name, spec.email, spec.displayName];
    return (
      fits(metadata.name, query.text('username'), query.isExact) &&
      fits(spec.email, query.text('email'), query.isExact) &&
      (enabled === undefined || String(spec.disabled !== true) === enabled) &&
      (words === undefined || texts.some(text => fits(text, words, query.isExact)))
    );
  });
}

async function listUsers(options: Options, search: URLSearchParams): Promise<unknown> {
  const query = readQuery(search, ['username', 'email', 'search', 'enabled']);
  return query.page(await findUsers(options, search)).map(userOf);
}

async function userById(client: Client, id: string): Promise<User | undefined> {
  return (await client.list(User)).items.find(({ metadata }) => metadata.uid === id);
}

async function groupById(client: Client, id: string): Promise<Group | undefined> {
  return (await client.list(Group)).items.find(({ metadata }) => metadata.uid === id);
}

async function groupsOfUser({ client }: Options, search: URLSearchParams, id: string): Promise<unknown> {
  const query = readQuery(search, []);
  const user = await userById(client, id);
  const { items } = await client.list(Group);
  return (
    user && query.page(items.filter(({ metadata }) => user.spec.groups?.includes(metadata.name))).map(groupOf)
  );
}

async function listGroups({ client }: Options, search: URLSearchParams): Promise<unknown> {
  const query = readQuery(search, ['search']);
  const { items } = await client.list(Group);
  return query
    .page(items.filter(({ metadata }) => fits(metadata.name, query.text('search'), query.isExact)))
    .map(groupOf);
}

async function membersOf({ client }: Options, search: URLSearchParams, id: string): Promise<unknown> {
  const query = readQuery(search, []);
  const group = await groupById(client, id);
  const { items } = await client.list(User);
  return (
    group &&
    query.page(items.filter(({ spec }) => spec.groups?.includes(group.metadata.name ?? ''))).map(userOf)
  );
}

async function listClients({ clients }: Options, search: URLSearchParams): Promise<unknown> {
  const query = readQuery(search, ['clientId', 'search']);
  const isPart = search.get('search') === 'true';
  const all = await clients.list();
  return query
    .page(all.filter(({ metadata }) => fits(metadata.client_id, query.text('clientId'), !isPart)))
    .map(clientOf);
}

interface Access {
  group: string;
  resource: string;
  namespace?: string;
}

async function whoAsks(request: IncomingMessage, authenticator: Authenticator): Promise<UserInfo> {
  const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const user = bearer === undefined ? undefined : await authenticator.authenticate({ bearer });
  if (!user) throw new StatusError('Unauthorized', 'a bearer token of this platform is needed');
  return user;
}

function userOf(user: User | undefined) {
  return (
    user && {
      id: user.metadata.uid,
      username: user.metadata.name,
      enabled: user.spec.disabled !== true,
      email: user.spec.email,
      emailVerified: false,
      firstName: user.spec.displayName,
      createdTimestamp: Date.parse(user.metadata.creationTimestamp ?? ''),
    }
  );
}

function groupOf(group: Group | undefined) {
  if (!group) return undefined;
  const { name, uid } = group.metadata;
  return { id: uid, name, path: `/${name}`, subGroups: [] };
}

function clientOf(client: OidcClient | undefined) {
  if (!client) return undefined;
  const { metadata, isPlatform } = client;
  return {
    id: metadata.client_id,
    clientId: metadata.client_id,
    name: metadata.client_name,
    enabled: true,
    protocol: 'openid-connect',
    publicClient: metadata.token_endpoint_auth_method === 'none',
    redirectUris: metadata.redirect_uris ?? [],
    attributes: { 'slipway.platform': String(isPlatform) },
  };
}
