import { type AnyObject, apiVersionOf, type Kind } from '@slipway/api';
import type { PolicyRule } from '@slipway/kinds';

/** What somebody has to be allowed to do; `namespace` absent: everywhere, or without a namespace. */
export interface Right {
  verb: string;
  group: string;
  resource: string;
  subresource?: string;
  namespace?: string;
}

/** Server-side apply takes `patch` and, for what is not there yet, `create`; the rest is looking and taking away. */
const VERBS = ['get', 'list', 'create', 'patch', 'delete'] as const;

/** Everything that applying, looking at and taking away of objects takes; each once. */
export function rightsOf(objects: AnyObject[], kindOf: (object: AnyObject) => Kind | undefined): Right[] {
  const rights = new Map<string, Right>();
  for (const object of objects) {
    const kind = kindOf(object);
    if (!kind) continue;
    const { namespace } = object.metadata;
    for (const verb of VERBS) {
      const right = {
        verb,
        group: kind.group,
        resource: kind.plural,
        // The platform looks at all namespaces at once.
        ...(kind.namespaced && namespace && verb !== 'list' ? { namespace } : {}),
      };
      rights.set(rightText(right), right);
    }
  }
  return [...rights.values()];
}

/** `patch deployments.apps in argocd`. */
export function rightText({ verb, group, resource, subresource, namespace }: Right): string {
  const name = `${resource}${subresource ? `/${subresource}` : ''}${group ? `.${group}` : ''}`;
  return `${verb} ${name}${namespace ? ` in ${namespace}` : ''}`;
}

/** Whether rules allow all that one rule does, as the API server judges it when a role is written (RBAC, `Covers`). */
export function covers(own: PolicyRule[], wanted: PolicyRule): boolean {
  return single(wanted).every(each => own.some(rule => includes(rule, each)));
}

interface Single {
  verb: string;
  group?: string;
  resource?: string;
  name?: string;
  url?: string;
}

/** A rule is as many rights as it has verbs, resources and names. */
function single({
  verbs,
  apiGroups = [],
  resources = [],
  resourceNames = [],
  nonResourceURLs = [],
}: PolicyRule): Single[] {
  const names = resourceNames.length > 0 ? resourceNames : [undefined];
  return verbs.flatMap(verb => [
    ...nonResourceURLs.map(url => ({ verb, url })),
    ...apiGroups.flatMap(group =>
      resources.flatMap(resource =>
        names.map(name => ({ verb, group, resource, ...(name === undefined ? {} : { name }) })),
      ),
    ),
  ]);
}

function includes(rule: PolicyRule, { verb, group, resource, name, url }: Single): boolean {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  if (!has(verbs, verb)) return false;
  if (url !== undefined)
    return nonResourceURLs.some(
      own => own === url || (own.endsWith('*') && url.startsWith(own.slice(0, -1))),
    );
  const [, subresource] = (resource ?? '').split('/', 2);
  const hasResource =
    has(resources, resource ?? '') || (subresource !== undefined && resources.includes(`*/${subresource}`));
  const hasName = resourceNames.length === 0 || (name !== undefined && resourceNames.includes(name));
  return has(apiGroups, group ?? '') && hasResource && hasName;
}

function has(list: string[], wanted: string): boolean {
  return list.includes('*') || list.includes(wanted);
}

/** `get, list secrets` for a person who is to hold it. */
export function ruleText({
  verbs,
  apiGroups = [],
  resources = [],
  nonResourceURLs = [],
}: PolicyRule): string {
  const groups = apiGroups.filter(Boolean).join(', ');
  return `${verbs.join(', ')} ${[...resources, ...nonResourceURLs].join(', ')}${groups ? ` (${groups})` : ''}`;
}

/** The kind an object will have, once the CRD that the plan brings is there. */
export function kindFromDefinitions(objects: AnyObject[]): (object: AnyObject) => Kind | undefined {
  const known = new Map<string, Kind>();
  for (const { kind, spec } of objects) {
    if (kind !== 'CustomResourceDefinition') continue;
    const { group, names, scope, versions } = spec as unknown as {
      group: string;
      names: { kind: string; plural: string };
      scope: string;
      versions: { name: string }[];
    };
    for (const { name: version } of versions) {
      const own = {
        group,
        version,
        kind: names.kind,
        plural: names.plural,
        namespaced: scope === 'Namespaced',
      };
      known.set(`${apiVersionOf(own)} ${names.kind}`, own);
    }
  }
  return ({ apiVersion, kind }) => known.get(`${apiVersion} ${kind}`);
}
