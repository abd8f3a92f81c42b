// What a definition comes to on a cluster: release-lock, release-files (which files), settle, grant-wishes, render-release,
// component-order, plan-cluster (the plan, pure); preflight, apply, upgrade, destroy, bundle: its life.

export * from './apply/apply-cluster.ts';
export type { ApplyContext, ComponentOutcome, Until } from './apply/apply-component.ts';
export { awaitReady } from './apply/await-ready.ts';
export * from './apply/diff-cluster.ts';
export { survey } from './apply/survey.ts';
export { type UnreadyComponent, unreadyComponents } from './apply/unready.ts';
export { imagesIn, pinImages } from './bundle/bundle-images.ts';
export { type PullingImages, pullImages } from './bundle/pull-images.ts';
export { type ReadBundle, readBundle, unpackDefinition } from './bundle/read-bundle.ts';
export {
  type BundleContent,
  type BundledImage,
  type BundledSource,
  type WrittenBundle,
  writeBundle,
} from './bundle/write-bundle.ts';
export { clusterFacts } from './cluster-facts.ts';
export { type Destroyed, type DestroyOptions, destroyCluster } from './destroy/destroy-cluster.ts';
export { type Going, type GoingObject, goingText, KEEP, whatGoes } from './destroy/going.ts';
export { generatedSecrets } from './generated-secret/reconcile.ts';
export { gitMirror } from './git-mirror.ts';
export { BRANCH, FOLLOWS_LABEL, followsOf, type RepositoryPlan } from './gitops/plan-repository.ts';
export type { PlatformRepository, Written } from './gitops/platform-repository.ts';
export * from './plan-cluster.ts';
export { type PlanForInput, planFor } from './plan-for.ts';
export { existingObstacles } from './preflight/existing-tools.ts';
export { type Obstacle, type ObstacleCheck, obstacleText } from './preflight/obstacle.ts';
export { type PreflightOptions, preflight } from './preflight/preflight.ts';
export * from './release-files.ts';
export * from './release-lock.ts';
export type { ClusterFacts } from './render-release.ts';
export { settle } from './settle.ts';
export {
  backUpComponent,
  type ComponentBackup,
} from './upgrade/back-up-component.ts';
export { chooseUpgrades, type Upgrade, withUpgrade } from './upgrade/choose-upgrades.ts';
export { findLosses, type Loss, lossText } from './upgrade/find-losses.ts';
export * from './upgrade/upgrade-cluster.ts';
export { type Wired, wiringControllers } from './wiring-controllers.ts';
