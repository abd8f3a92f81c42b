import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Authenticator, StatusError, type UserInfo } from '@slipway/api';
import { type Client, isAllowed } from '@slipway/client';
import { Group, User } from '@slipway/kinds';
import { SYSTEM_NAMESPACE } from '../../../objects/names.ts';
import type { Clients } from '../provider/clients.ts';
import { sendJson } from './send-json.ts';

/** Keycloak's admin REST, the reading part; every request is one access review. */
export function adminHandler(options: {
  realm: string;
  client: Client;
  clients: Clients;
  authenticator: Authenticator;
}): (request: IncomingMessage, response: ServerResponse, path: string) => Promise<void> {
  const { client, clients, realm } = options;
  const resources: Record<string, { access: Access; read(): Promise<unknown> }> = {
    users: {
      access: { group: 'identity.slipway.dev', resource: 'users' },
      read: async () => (await client.list(User)).items.map(userOf),
    },
    groups: {
      access: { group: 'identity.slipway.dev', resource: 'groups' },
      read: async () => (await client.list(Group)).items.map(groupOf),
    },
    clients: {
      access: { group: '', resource: 'secrets', namespace: SYSTEM_NAMESPACE },
      read: async () => (await clients.list()).map(clientOf),
    },
  };
  return async (request, response, path) => {
    const user = await whoAsks(request, options.authenticator);
    const match = /^\/admin\/realms\/([^/]+)\/([^/]+)\/?$/.exec(path);
    const resource = match?.[1] === realm ? resources[match[2] ?? ''] : undefined;
    if (!resource || request.method !== 'GET') {
      const message = `${request.method} ${path}: not supported; users and groups are objects of identity.slipway.dev, clients are Secrets: change them with kubectl`;
      return sendJson(response, 501, { error: 'not_supported', errorMessage: message });
    }
    const attributes = { verb: 'list', ...resource.access };
    if (!(await isAllowed(client, user, attributes))) {
      throw new StatusError('Forbidden', `${user.username} may not list ${resource.access.resource}`);
    }
    sendJson(response, 200, await resource.read());
  };
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

function userOf(user: User) {
  return {
    id: user.metadata.uid,
    username: user.metadata.name,
    enabled: user.spec.disabled !== true,
    email: user.spec.email,
    emailVerified: false,
    firstName: user.spec.displayName,
    createdTimestamp: Date.parse(user.metadata.creationTimestamp ?? ''),
  };
}

function groupOf(group: Group) {
  const { name, uid } = group.metadata;
  return { id: uid, name, path: `/${name}`, subGroups: [] };
}

function clientOf({ metadata, isPlatform }: Awaited<ReturnType<Clients['list']>>[number]) {
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
