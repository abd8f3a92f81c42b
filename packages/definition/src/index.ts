// capability, technology and blueprint: what may be chosen; document: what a person wrote; selection: what that means;
// plan: the objects it comes to; apply, diff and prune: making it so; revision: what was applied before;
// internal-request: how engines ask each other; map and guidance: what helps to choose; upstream/: the tools themselves
// on a cluster (wish: what they ask of each other; upstream: how one is installed).

export * from './apply.ts';
export * from './blueprint.ts';
export * from './capability.ts';
export * from './catalogue.ts';
export * from './change.ts';
export * from './diff.ts';
export * from './difference.ts';
export * from './document.ts';
export {
  BLUEPRINT_FILE,
  type BlueprintFile,
  blueprintFileOf,
  blueprintOfFile,
} from './elsewhere/blueprint-file.ts';
export {
  isElsewhere,
  type Pins,
  type ResolvedParts,
  resolveDefinition,
  withResolved,
} from './elsewhere/resolve-definition.ts';
export { TECHNOLOGY_FILE, type TechnologyData, technologyDataOf } from './elsewhere/technology-file.ts';
export { technologyOfData } from './elsewhere/technology-of-data.ts';
export { followerOf } from './gitops.ts';
export { KNOWN_TECHNOLOGIES, type KnownTechnology } from './guidance/known.ts';
export * from './internal-request.ts';
export * from './kept-files.ts';
export * from './lock.ts';
export * from './map.ts';
export * from './new-definition.ts';
export * from './package/index.ts';
export * from './plan.ts';
export { identityOf, listOrNone } from './platform-api.ts';
export * from './platform-schema.ts';
export * from './probe-request.ts';
export * from './published-schema.ts';
export * from './revision.ts';
export * from './selection.ts';
export * from './source-cache.ts';
export * from './source-digest.ts';
export * from './stale.ts';
export type * from './technology.ts';
export { askAll, askExisting, type Question } from './upstream/ask-existing.ts';
export {
  besideAccounts,
  besideNames,
  CONTROLLER_ACCOUNT,
  isOnCluster,
  PLATFORM_GIT,
  WIRING_ACCOUNT,
} from './upstream/beside.ts';
export type * from './upstream/existing.ts';
export type * from './upstream/http-port.ts';
export { httpRequest } from './upstream/http-request.ts';
export { type JavaTrust, javaTrusting } from './upstream/java-trust.ts';
export { AWS_ROLE, STANDBY_REPLICAS } from './upstream/parameter-schemas.ts';
export { type PostgresOptions, postgresObjects } from './upstream/postgres.ts';
export { type Proof, proofOf, proofText } from './upstream/proof.ts';
export type * from './upstream/tool-link.ts';
export { PLATFORM_TRUST, TRUST_FILE, type Trust, trusting, trustWishes } from './upstream/trust.ts';
export * from './upstream/upstream.ts';
export type * from './upstream/wiring.ts';
export type * from './upstream/wish.ts';
