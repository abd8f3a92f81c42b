// Who may do more than they should: Kubernetes' roles and bindings as they are now.
import type { Client } from '@slipway/client';
import { ClusterRole, ClusterRoleBinding, RoleBinding, type Subject } from '@slipway/kinds';
import { bad, type Check, ok, several, warn } from './check.ts';

const STRANGERS = ['system:anonymous', 'system:unauthenticated'];
const EVERYBODY = ['system:authenticated', 'system:serviceaccounts'];
/** Roles that Kubernetes itself gives to everybody; none reads an object of somebody's. */
const PUBLIC_ROLES = [
  'system:public-info-viewer',
  'system:basic-user',
  'system:discovery',
  'system:service-account-issuer-discovery',
];
/** Who is an administrator by the platform's own doing. */
const ADMINISTRATORS = ['Group system:masters', 'Group platform-admins'];

interface Binding {
  name: string;
  role: string;
  subjects: Subject[];
}

export function wideRights(client: Client): Check[] {
  return [
    {
      check: 'rights-of-strangers',
      what: 'who has not signed in may do nothing but ask who is there',
      how: 'all bindings to system:anonymous and system:unauthenticated',
      look: async () => judge(await bindings(client), STRANGERS, bad),
    },
    {
      check: 'rights-of-everybody',
      what: 'who has merely signed in gets no right from a group of everybody',
      how: 'all bindings to system:authenticated and system:serviceaccounts',
      look: async () => judge(await bindings(client), EVERYBODY, warn),
    },
    {
      check: 'administrators',
      what: 'only administrators may do everything',
      how: 'all cluster-wide bindings to roles that allow every verb on everything',
      look: async () => judgeAdministrators(client),
    },
  ];
}

function judge(all: Binding[], names: string[], say: typeof bad) {
  const wide = all.filter(
    ({ role, subjects }) => !PUBLIC_ROLES.includes(role) && subjects.some(({ name }) => names.includes(name)),
  );
  if (wide.length === 0) return ok(`${all.length} bindings looked at`);
  const which = several(wide.map(({ name, role }) => `${name} (${role})`));
  return say(which, `kubectl describe these bindings, and delete what nobody needs`);
}

async function judgeAdministrators(client: Client) {
  const [roles, all] = await Promise.all([client.list(ClusterRole), bindings(client)]);
  const mighty = new Set(
    roles.items
      .filter(({ rules }) =>
        rules?.some(rule => isAll(rule.apiGroups) && isAll(rule.resources) && isAll(rule.verbs)),
      )
      .map(({ metadata }) => metadata.name),
  );
  const holders = all
    .filter(({ name, role }) => name.startsWith('ClusterRoleBinding/') && mighty.has(role))
    .flatMap(({ subjects }) => subjects.map(({ kind, name }) => `${kind} ${name}`));
  const others = [...new Set(holders)].filter(each => !ADMINISTRATORS.includes(each));
  if (others.length === 0) return ok(several([...new Set(holders)]));
  return warn(`besides the platform’s administrators: ${several(others)}`, 'is each of them meant to be?');
}

function isAll(values: string[] | undefined): boolean {
  return values?.includes('*') ?? false;
}

async function bindings(client: Client): Promise<Binding[]> {
  const [wide, narrow] = await Promise.all([client.list(ClusterRoleBinding), client.list(RoleBinding)]);
  return [
    ...wide.items.map(each => ({ ...each, name: `ClusterRoleBinding/${each.metadata.name}` })),
    ...narrow.items.map(each => ({
      ...each,
      name: `RoleBinding/${each.metadata.namespace}/${each.metadata.name}`,
    })),
  ].map(({ name, roleRef, subjects }) => ({ name, role: roleRef.name, subjects: subjects ?? [] }));
}
