import {
  buildDefinition,
  type CustomResourceDefinition,
  capabilityDefinition,
  componentDefinition,
  entityDefinition,
  environmentDefinition,
  generatedSecretDefinition,
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

/** On a cluster also what wires the tools to each other. */
export function clusterDefinitions(): CustomResourceDefinition[] {
  return [...OWN_KINDS, generatedSecretDefinition, oidcClientDefinition];
}
