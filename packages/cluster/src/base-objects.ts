import type { AnyObject } from '@slipway/api';
import {
  besideAccounts,
  type Catalogue,
  componentObject,
  environmentObject,
  isOnCluster,
  type Lock,
  mapObjects,
  type Selection,
  SYSTEM_NAMESPACE,
  type ToolLink,
  teamObject,
} from '@slipway/definition';
import { existingSettings, type Settled } from './grant-wishes.ts';

export interface BaseInput {
  selection: Selection;
  catalogue: Catalogue;
  lock: Lock;
  /** CRDs of the platform's own kinds. */
  definitions: AnyObject[];
}

/** The platform's own kinds, and its definition as objects: they come before every component. */
export function baseObjects(
  settled: Settled[],
  { selection, catalogue, lock, definitions }: BaseInput,
): AnyObject[] {
  const platform: AnyObject = {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Platform',
    metadata: { name: selection.name },
    spec: { ...selection.document.spec },
  };
  return [
    ...definitions,
    namespaceObject(SYSTEM_NAMESPACE, 'restricted', []),
    // Accounts of what runs beside the tools, and the map that its pages show.
    ...(isOnCluster(selection) ? [...besideAccounts(selection), ...mapObjects(catalogue, 'kubernetes')] : []),
    platform,
    ...settled.map(each => settledObject(each, lock)),
    ...selection.environments.map(environmentObject),
    ...selection.teams.map(teamObject),
  ];
}

/** A component as an object: what it is, in which version, and where people open it. */
export function settledObject({ component, settings }: Settled, { components }: Lock): AnyObject {
  const version = components[component.technology.id]?.version;
  return componentObject(component, {
    ...(version ? { version } : {}),
    links: linksOf({ component, settings }),
  });
}

function linksOf({ component, settings }: Settled): ToolLink[] {
  const { technology, engine, existing } = component;
  if (engine === 'upstream') return technology.upstream?.links?.(settings) ?? [];
  if (!existing) return [];
  const own = existingSettings(existing, settings);
  return technology.existing?.links?.(own) ?? [{ title: technology.title, url: own.address }];
}

/** A release's own Namespace keeps what else it says. */
export function namespaceObject(name: string, level: string, given: AnyObject[]): AnyObject {
  const said = given.find(({ metadata }) => metadata.name === name);
  const labels = { 'pod-security.kubernetes.io/enforce': level, 'pod-security.kubernetes.io/warn': level };
  return {
    ...(said ?? { apiVersion: 'v1', kind: 'Namespace' }),
    metadata: { ...said?.metadata, name, labels: { ...said?.metadata.labels, ...labels } },
  };
}
