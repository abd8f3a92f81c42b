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
export { KNOWN_TECHNOLOGIES, type KnownTechnology } from './guidance/known.ts';
export * from './internal-request.ts';
export * from './lock.ts';
export * from './map.ts';
export * from './new-definition.ts';
export * from './package/index.ts';
export * from './plan.ts';
export * from './platform-schema.ts';
export * from './probe-request.ts';
export * from './published-schema.ts';
export * from './revision.ts';
export * from './selection.ts';
export * from './source-cache.ts';
export * from './stale.ts';
export type * from './technology.ts';
export * from './upstream/apply/apply-cluster.ts';
export type { ApplyContext, ComponentOutcome, Until } from './upstream/apply/apply-component.ts';
export { awaitReady } from './upstream/apply/await-ready.ts';
export * from './upstream/apply/diff-cluster.ts';
export { survey } from './upstream/apply/survey.ts';
export { type UnreadyComponent, unreadyComponents } from './upstream/apply/unready.ts';
export { askAll, askExisting, type Question } from './upstream/ask-existing.ts';
export {
  besideAccounts,
  besideNames,
  CONTROLLER_ACCOUNT,
  isOnCluster,
  WIRING_ACCOUNT,
} from './upstream/beside.ts';
export { imagesIn, pinImages } from './upstream/bundle/bundle-images.ts';
export { type PullingImages, pullImages } from './upstream/bundle/pull-images.ts';
export { type ReadBundle, readBundle, unpackDefinition } from './upstream/bundle/read-bundle.ts';
export {
  type BundleContent,
  type BundledImage,
  type BundledSource,
  type WrittenBundle,
  writeBundle,
} from './upstream/bundle/write-bundle.ts';
export { clusterFacts } from './upstream/cluster-facts.ts';
export { type Destroyed, type DestroyOptions, destroyCluster } from './upstream/destroy/destroy-cluster.ts';
export { type Going, type GoingObject, goingText, KEEP, whatGoes } from './upstream/destroy/going.ts';
export type * from './upstream/existing.ts';
export { generatedSecrets } from './upstream/generated-secret/reconcile.ts';
export { gitMirror } from './upstream/git-mirror.ts';
export type * from './upstream/http-port.ts';
export { httpRequest } from './upstream/http-request.ts';
export { type JavaTrust, javaTrusting } from './upstream/java-trust.ts';
export { AWS_ROLE, STANDBY_REPLICAS } from './upstream/parameter-schemas.ts';
export * from './upstream/plan-cluster.ts';
export { type PlanForInput, planFor } from './upstream/plan-for.ts';
export { type PostgresOptions, postgresObjects } from './upstream/postgres.ts';
export { existingObstacles } from './upstream/preflight/existing-tools.ts';
export { type Obstacle, type ObstacleCheck, obstacleText } from './upstream/preflight/obstacle.ts';
export { type PreflightOptions, preflight } from './upstream/preflight/preflight.ts';
export { type Proof, proofOf, proofText } from './upstream/proof.ts';
export * from './upstream/release-files.ts';
export * from './upstream/release-lock.ts';
export type { ClusterFacts } from './upstream/render-release.ts';
export { settle } from './upstream/settle.ts';
export { filesDigest, type SourceFile } from './upstream/source-digest.ts';
export { TRUST_FILE, type Trust, trusting, trustWishes } from './upstream/trust.ts';
export {
  backUpComponent,
  type ComponentBackup,
} from './upstream/upgrade/back-up-component.ts';
export { chooseUpgrades, type Upgrade, withUpgrade } from './upstream/upgrade/choose-upgrades.ts';
export { findLosses, type Loss, lossText } from './upstream/upgrade/find-losses.ts';
export * from './upstream/upgrade/upgrade-cluster.ts';
export type * from './upstream/upstream.ts';
export type * from './upstream/wiring.ts';
export { type Wired, wiringControllers } from './upstream/wiring-controllers.ts';
export type * from './upstream/wish.ts';
