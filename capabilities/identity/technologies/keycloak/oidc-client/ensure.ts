import { keyOf, SlipwayError, type Stored } from '@slipway/api';
import type { OidcClient } from '@slipway/kinds';
import type { ClientFacts, IssuerContext } from '../../../oidc-client/issuer.ts';
import type { AdminApi } from '../admin/admin-api.ts';
import type {
  ClientRepresentation,
  GroupRepresentation,
  RoleRepresentation,
  ScopeRepresentation,
} from '../admin/representation.ts';
import { GROUPS_SCOPE, isAsWanted, ownerOf, rolesMapper, wantedClient, whoseIs } from './plan.ts';

/** A client as Keycloak knows it. */
type Known = ClientRepresentation & { id: string };

/** Makes the realm's client, its claims, roles and their groups as the OidcClient says; gives its secret. */
export async function ensureClient(
  api: AdminApi,
  object: Stored<OidcClient>,
  context: IssuerContext & { platform: string },
): Promise<Pick<ClientFacts, 'clientSecret'>> {
  const owner = ownerOf(context.platform, keyOf(object));
  const client = await ensureRepresentation(api, object, { ...context, owner });
  await ensureGroupsScope(api, client);
  await ensureRoles(api, client, object.spec.roles ?? {});
  if (object.spec.isPublic) return {};
  const secret = await api.get<{ value?: string }>(`clients/${client.id}/client-secret`);
  if (secret?.value) return { clientSecret: secret.value };
  throw new SlipwayError('KeycloakRefused', `Keycloak: client ${client.clientId} has no secret yet`);
}

/** Deletes the realm's client when it belongs to this OidcClient. */
export async function endClient(api: AdminApi, object: Stored<OidcClient>, platform: string): Promise<void> {
  const present = await findClient(api, object.spec.clientId);
  const owner = ownerOf(platform, keyOf(object));
  if (present && whoseIs(present, owner, () => true) === 'ours') await api.remove(`clients/${present.id}`);
}

async function findClient(api: AdminApi, clientId: string): Promise<Known | undefined> {
  const found = await api.get<Known[]>(`clients?clientId=${encodeURIComponent(clientId)}`);
  return found?.find(each => each.clientId === clientId);
}

async function ensureRepresentation(
  api: AdminApi,
  object: Stored<OidcClient>,
  { owner, known, presentSecret }: IssuerContext & { owner: string },
): Promise<Known> {
  const wanted = wantedClient(object, owner);
  const present = await findClient(api, wanted.clientId);
  if (present && whoseIs(present, owner, known) === 'others') throw taken(present);
  if (present && isAsWanted(present, wanted)) return present;
  if (present) {
    const attributes = { ...present.attributes, ...wanted.attributes };
    await api.put(`clients/${present.id}`, { ...present, ...wanted, attributes });
  }
  if (!present) {
    const kept = presentSecret && !wanted.publicClient ? { secret: presentSecret } : {};
    await api.create('clients', { ...wanted, ...kept, clientAuthenticatorType: 'client-secret' });
  }
  const made = await findClient(api, wanted.clientId);
  if (made) return made;
  throw new SlipwayError('KeycloakRefused', `Keycloak: client ${wanted.clientId} was made and is not there`);
}

function taken({ clientId }: Known): SlipwayError {
  return new SlipwayError(
    'ClientTaken',
    `client ${JSON.stringify(clientId)}: the realm has one that is not this OidcClient's; choose another clientId, or delete that client in Keycloak`,
  );
}

/** The realm's scope is one for all; a client that has it may ask for `groups`, and gets the claim in any case. */
async function ensureGroupsScope(api: AdminApi, client: Known): Promise<void> {
  if (client.defaultClientScopes?.includes(GROUPS_SCOPE.name)) return;
  const find = async () =>
    (await api.get<ScopeRepresentation[]>('client-scopes'))?.find(({ name }) => name === GROUPS_SCOPE.name)
      ?.id;
  const id = (await find()) ?? (await api.create('client-scopes', GROUPS_SCOPE)) ?? (await find());
  await api.put(`clients/${client.id}/default-client-scopes/${id}`);
}

/** The client is ours, so its roles are as well: what nobody wishes any more gives nobody anything. */
async function ensureRoles(api: AdminApi, client: Known, wanted: Record<string, string[]>): Promise<void> {
  const path = `clients/${client.id}/roles`;
  if (Object.keys(wanted).length > 0) await ensureRolesMapper(api, client);
  const present = (await api.get<RoleRepresentation[]>(path)) ?? [];
  for (const { name } of present)
    if (!(name in wanted)) await api.remove(`${path}/${encodeURIComponent(name)}`);
  for (const [name, groups] of Object.entries(wanted)) {
    if (!present.some(role => role.name === name)) await api.create(path, { name });
    await ensureMembers(api, client, { name, groups });
  }
}

async function ensureRolesMapper(
  api: AdminApi,
  { id, clientId, protocolMappers = [] }: Known,
): Promise<void> {
  const wanted = rolesMapper(clientId);
  const path = `clients/${id}/protocol-mappers/models`;
  const present = protocolMappers.find(({ name }) => name === wanted.name);
  const isSame =
    present?.protocolMapper === wanted.protocolMapper &&
    Object.entries(wanted.config).every(([key, value]) => present.config[key] === value);
  if (isSame) return;
  if (present) return api.put(`${path}/${present.id}`, { ...wanted, id: present.id });
  await api.create(path, wanted);
}

async function ensureMembers(
  api: AdminApi,
  { id }: Known,
  { name, groups }: { name: string; groups: string[] },
): Promise<void> {
  const rolePath = `clients/${id}/roles/${encodeURIComponent(name)}`;
  const role = await api.get<RoleRepresentation>(rolePath);
  const present = (await api.get<GroupRepresentation[]>(`${rolePath}/groups?max=1000`)) ?? [];
  const mapping = (groupId: string | undefined) => `groups/${groupId}/role-mappings/clients/${id}`;
  for (const group of present) {
    if (group.path && !groups.includes(group.path.slice(1))) await api.remove(mapping(group.id), [role]);
  }
  for (const group of groups) {
    if (present.some(({ path }) => path === `/${group}`)) continue;
    await api.send(mapping(await ensureGroup(api, group)), [role]);
  }
}

async function ensureGroup(api: AdminApi, name: string): Promise<string | undefined> {
  const find = async () =>
    (await api.get<GroupRepresentation>(`group-by-path/${name.split('/').map(encodeURIComponent).join('/')}`))
      ?.id;
  return (await find()) ?? (await api.create('groups', { name })) ?? (await find());
}
