import type { KubeObject, UserInfo } from '@slipway/api';
import type { ClusterRole, PolicyRule, Role, RoleBinding, Subject } from '@slipway/kinds';
import type { StoreReader } from '../store/store.ts';

const GROUP = 'rbac.authorization.k8s.io';

/** A binding that gives a user rules, and how upstream describes it in a reason. */
export interface Grant {
  binding: RoleBinding;
  subject: Subject;
  /** Empty when the role does not exist. */
  rules: PolicyRule[];
}

/** All of RBAC by whom it concerns, kept by the store's events: a decision reads no list. */
export interface RbacIndex {
  /** Grants of a user in the whole cluster. */
  clusterGrants(user: UserInfo): Iterable<Grant>;
  /** Grants of a user by RoleBindings of a namespace. */
  grantsIn(namespace: string, user: UserInfo): Iterable<Grant>;
  /** Rules behind a roleRef as seen from a namespace; undefined when the role does not exist. */
  rulesOf(roleRef: RoleBinding['roleRef'], namespace: string | undefined): PolicyRule[] | undefined;
  close(): void;
}

type Bindings = Map<string, Map<string, { binding: RoleBinding; subject: Subject }>>;

export function createRbacIndex(store: StoreReader): RbacIndex {
  const roles = new Map<string, Role>();
  const clusterRoles = new Map<string, ClusterRole>();
  const clusterBindings: Bindings = new Map();
  const bindings = new Map<string, Bindings>();
  const closers = [
    follow<Role>(store, 'roles', (key, role) => put(roles, key, role)),
    follow<ClusterRole>(store, 'clusterroles', (key, role) => put(clusterRoles, key, role)),
    follow<RoleBinding>(store, 'clusterrolebindings', (key, binding, previous) =>
      putBinding(clusterBindings, key, binding, previous),
    ),
    follow<RoleBinding>(store, 'rolebindings', (key, binding, previous) => {
      const namespace = key.slice(0, key.indexOf('/'));
      const own = bindings.get(namespace) ?? new Map();
      bindings.set(namespace, own);
      putBinding(own, key, binding, previous);
    }),
  ];
  const rulesOf: RbacIndex['rulesOf'] = (roleRef, namespace) => {
    if (roleRef.kind === 'Role') return rulesIn(roles.get(`${namespace}/${roleRef.name}`));
    const role = clusterRoles.get(roleRef.name);
    return role?.aggregationRule ? aggregatedRules(role, clusterRoles) : rulesIn(role);
  };
  function* grants(from: Bindings | undefined, user: UserInfo): Generator<Grant> {
    if (!from) return;
    for (const subject of subjectsOf(user)) {
      for (const found of from.get(subject)?.values() ?? []) {
        yield { ...found, rules: rulesOf(found.binding.roleRef, found.binding.metadata.namespace) ?? [] };
      }
    }
  }
  return {
    rulesOf,
    clusterGrants: user => grants(clusterBindings, user),
    grantsIn: (namespace, user) => grants(bindings.get(namespace), user),
    close: () => {
      for (const close of closers) close();
    },
  };
}

/** Hands over everything present and then every change; `object` is absent for what is gone. */
function follow<T extends KubeObject>(
  store: StoreReader,
  plural: string,
  take: (key: string, object: T | undefined, previous: T | undefined) => void,
): () => void {
  const resource = `${GROUP}/${plural}`;
  for (const entry of store.snapshot(resource).entries({ prefix: '' })) {
    take(entry.key, JSON.parse(entry.text) as T, undefined);
  }
  return store.subscribe(resource, ({ type, entry, previous }) => {
    const before = previous ? (JSON.parse(previous.text) as T) : undefined;
    take(entry.key, type === 'DELETED' ? undefined : (JSON.parse(entry.text) as T), before);
  });
}

function put<T>(map: Map<string, T>, key: string, value: T | undefined): void {
  if (value === undefined) map.delete(key);
  if (value !== undefined) map.set(key, value);
}

function putBinding(
  all: Bindings,
  key: string,
  binding: RoleBinding | undefined,
  previous: RoleBinding | undefined,
): void {
  for (const subject of previous?.subjects ?? [])
    all.get(subjectText(subject, previous?.metadata.namespace))?.delete(key);
  for (const subject of binding?.subjects ?? []) {
    if (!binding) continue;
    const text = subjectText(subject, binding.metadata.namespace);
    const own = all.get(text) ?? new Map();
    all.set(text, own.set(key, { binding, subject }));
  }
}

function subjectText(subject: Subject, namespace: string | undefined): string {
  if (subject.kind !== 'ServiceAccount') return `${subject.kind} ${subject.name}`;
  const owner = subject.namespace || namespace;
  return owner ? `User system:serviceaccount:${owner}:${subject.name}` : '';
}

function subjectsOf(user: UserInfo): string[] {
  return [`User ${user.username}`, ...user.groups.map(group => `Group ${group}`)];
}

function rulesIn(role: Role | undefined): PolicyRule[] | undefined {
  return role && (role.rules ?? []);
}

/**
 * An aggregated role's rules are those of the roles it selects. The aggregation controller writes them into the role,
 * for people to read; decisions do not wait for it.
 */
function aggregatedRules(role: ClusterRole, all: Map<string, ClusterRole>): PolicyRule[] {
  const selectors = role.aggregationRule?.clusterRoleSelectors ?? [];
  const rules: PolicyRule[] = [];
  for (const other of all.values()) {
    if (other.metadata.name === role.metadata.name) continue;
    const labels = other.metadata.labels ?? {};
    const selected = selectors.some(({ matchLabels = {} }) =>
      Object.entries(matchLabels).every(([key, value]) => labels[key] === value),
    );
    if (!selected) continue;
    rules.push(...(other.aggregationRule ? aggregatedOnce(other, all, role) : (other.rules ?? [])));
  }
  return rules;
}

/** `admin` selects `edit`, which selects `view`: each level leaves out the one above, so that a circle ends. */
function aggregatedOnce(role: ClusterRole, all: Map<string, ClusterRole>, above: ClusterRole): PolicyRule[] {
  const rest = new Map(all);
  rest.delete(above.metadata.name ?? '');
  return aggregatedRules(role, rest);
}
