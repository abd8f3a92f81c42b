import type { AnyObject } from '@slipway/api';
import { isOnCluster, type Selection } from '@slipway/definition';
import {
  buildDefinition,
  type CustomResourceDefinition,
  capabilityDefinition,
  componentDefinition,
  entityDefinition,
  environmentDefinition,
  generatedSecretDefinition,
  gitAccessDefinition,
  groupDefinition,
  oidcClientDefinition,
  packageDefinition,
  platformDefinition,
  repositoryDefinition,
  teamDefinition,
  templateDefinition,
  templateRunDefinition,
  tokenDefinition,
  userDefinition,
  workloadDefinition,
} from '@slipway/kinds';
import { recordedAuthors } from './cluster/recorded-authors.ts';

/** CRDs of the platform's own kinds that no technology brings. */
export const OWN_KINDS: CustomResourceDefinition[] = [
  platformDefinition,
  componentDefinition,
  capabilityDefinition,
  environmentDefinition,
  packageDefinition,
  teamDefinition,
  userDefinition,
  groupDefinition,
  tokenDefinition,
  repositoryDefinition,
  workloadDefinition,
  buildDefinition,
  entityDefinition,
  templateDefinition,
  templateRunDefinition,
];

/** Groups of the kinds that are ours, also where the tools bring theirs. */
const OWN_GROUPS = /(^|\.)slipway\.dev$|^scaffolder\.backstage\.io$/;

/** On a cluster also what wires the tools to each other. */
export function clusterDefinitions(): CustomResourceDefinition[] {
  return [...OWN_KINDS, generatedSecretDefinition, gitAccessDefinition, oidcClientDefinition];
}

/** Of a platform on a cluster: its own kinds, and where Slipway itself is there, those of what of ours runs beside the tools. */
export async function clusterObjects(selection: Selection): Promise<AnyObject[]> {
  const own = clusterDefinitions();
  if (!isOnCluster(selection)) return own as unknown as AnyObject[];
  const beside = selection.components.filter(({ technology }) => technology.beside);
  const brought = await Promise.all(beside.map(({ technology }) => technology.kinds?.() ?? []));
  const ours = (brought.flat() as CustomResourceDefinition[]).filter(({ spec }) =>
    OWN_GROUPS.test(spec.group),
  );
  const distinct = new Map([...own, ...ours].map(each => [each.metadata.name, each]));
  return [...(distinct.values() as Iterable<unknown> as Iterable<AnyObject>), ...recordedAuthors()];
}
