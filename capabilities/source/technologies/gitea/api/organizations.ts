import { hasReason } from '@slipway/api';
import { isAllowed } from '@slipway/client';
import { Namespace, Team } from '@slipway/kinds';
import { mayRepository } from '../access.ts';
import { namespaceOf } from '../git/name.ts';
import type { GitServer } from '../server.ts';
import {
  type ApiCall,
  ApiError,
  created,
  notFound,
  type Operation,
  ok,
  paged,
  unprocessable,
} from './call.ts';
import { organizationJson, userJson } from './identity.ts';

/** An organization is a team: there when its object is, or its namespace. */
export async function organizationExists(server: GitServer, name: string): Promise<boolean> {
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) return false;
  if (await server.client.find(Namespace, { name: namespaceOf(name) })) return true;
  return (await server.client.find(Team, { name })) !== undefined;
}

export const getOrganization: Operation = async call => {
  const name = (call.params.org ?? '').toLowerCase();
  if (!(await organizationExists(call.server, name)) || !(await maySee(call, name))) throw notFound();
  return ok(organizationJson(name, call.base));
};

/** Teams the caller may read repositories of. */
export const listOrganizations: Operation = async call => {
  const { items } = await call.server.client.list(Team);
  const names = items.map(team => team.metadata.name).sort();
  const visible = await Promise.all(names.map(name => maySee(call, name)));
  const seen = names.filter((_name, index) => visible[index]);
  return paged(
    call,
    seen.map(name => organizationJson(name, call.base)),
  );
};

function maySee(call: ApiCall, owner: string): Promise<boolean> {
  return mayRepository(call.server, call.user, 'get', { owner });
}

/** A new organization is a new Team object; identity gives it its namespaces and rights. */
export const createOrganization: Operation = async call => {
  const { username = '' } = await call.body<{ username: string }>();
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(username))
    throw unprocessable(
      `[UserName]: ${JSON.stringify(username)}: must be lower-case letters, digits and "-"`,
    );
  const attributes = { verb: 'create', group: 'slipway.dev', resource: 'teams' };
  if (!(await isAllowed(call.server.client, call.user, attributes)))
    throw new ApiError(403, `user "${call.user.username}" may not create teams`);
  const team = { apiVersion: 'slipway.dev/v1alpha1', kind: 'Team', metadata: { name: username }, spec: {} };
  await call.server
    .as(call.user)
    .create(Team, team)
    .catch(error => {
      if (hasReason(error, 'AlreadyExists')) throw unprocessable(`user already exists [name: ${username}]`);
      throw error;
    });
  return created(organizationJson(username, call.base));
};

export const whoAmI: Operation = call => ok(userJson(call.user.username, call.base));

/** Only oneself and teams are told of: who else has an account is nobody's business. */
export const getUser: Operation = async call => {
  const login = call.params.username ?? '';
  if (login === call.user.username) return ok(userJson(login, call.base));
  const name = login.toLowerCase();
  if ((await organizationExists(call.server, name)) && (await maySee(call, name)))
    return ok(userJson(name, call.base));
  throw notFound(`user redirect does not exist [name: ${login}]`);
};
