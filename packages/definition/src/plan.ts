import type { AnyObject } from '@slipway/api';
import type { SelectedComponent, Selection } from './selection.ts';
import type { PolicyRule } from './technology.ts';
import type { ToolLink } from './upstream/tool-link.ts';

/** Where engines' ServiceAccounts and the platform's own objects live. */
export const SYSTEM_NAMESPACE = 'slipway-system';

/** What a definition comes to: components in the order they start, and the objects that say so. Pure and total. */
export interface Plan {
  components: SelectedComponent[];
  objects: AnyObject[];
}

/**
 * The same selection gives the same plan, byte for byte.
 * @example
 * const { objects } = plan(select(parseDefinition(text, 'platform.yaml'), catalogue));
 */
export function plan(selection: Selection): Plan {
  const platform: AnyObject = {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Platform',
    metadata: { name: selection.name },
    spec: { ...selection.document.spec },
  };
  return {
    components: selection.components,
    objects: [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: SYSTEM_NAMESPACE } },
      platform,
      ...selection.components.flatMap(componentObjects),
      ...selection.environments.map(environmentObject),
      ...selection.teams.map(teamObject),
    ],
  };
}

function componentObjects(component: SelectedComponent): AnyObject[] {
  const { id, rules } = component.technology;
  return [componentObject(component), ...accountObjects(id, rules)];
}

/** One technology of a platform, as an object; on a cluster with its version and where people open it. */
export function componentObject(
  { technology, capabilities, engine, parameters }: SelectedComponent,
  { version, links = [] }: { version?: string; links?: ToolLink[] } = {},
): AnyObject {
  const { id, title, guidance } = technology;
  const about = { technology: id, title, purpose: guidance.purpose, capabilities, engine, parameters };
  return {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Component',
    metadata: { name: id },
    spec: { ...about, ...(version ? { version } : {}), ...(links.length > 0 ? { links } : {}) },
  };
}

/** The account an engine acts with, and its rights. */
export function accountObjects(id: string, rules: PolicyRule[]): AnyObject[] {
  const name = `slipway:engine:${id}`;
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: id, namespace: SYSTEM_NAMESPACE } },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name }, rules },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', name: id, namespace: SYSTEM_NAMESPACE }],
    },
  ];
}

export function environmentObject({ name, order, promotion }: Selection['environments'][number]): AnyObject {
  return {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Environment',
    metadata: { name },
    spec: { order, ...(promotion ? { promotion } : {}) },
  };
}

export function teamObject({ name, members, may }: Selection['teams'][number]): AnyObject {
  return { apiVersion: 'slipway.dev/v1alpha1', kind: 'Team', metadata: { name }, spec: { members, may } };
}
