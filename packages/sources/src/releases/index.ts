// release: what Helm's storage holds; codec, store: its Secrets; resources, ownership, apply, wait: objects of a manifest;
// hooks; install, upgrade, rollback, uninstall, test: the operations.
export type { Cascade } from './apply-resources.ts';
export { type InstallOptions, installRelease } from './install.ts';
export { hookReadiness, type Readiness, readinessOf } from './readiness.ts';
export type { Hook, Release, ReleaseInfo, ReleaseStatus } from './release.ts';
export { decodeRelease, encodeRelease, RELEASE_TYPE, secretName } from './release-codec.ts';
export type { ChangeOptions, ChartInput, ReleaseContext, RenderRelease } from './release-context.ts';
export { type ReleaseStore, releaseStore } from './release-store.ts';
export { type RollbackOptions, rollbackRelease } from './rollback.ts';
export { type TestOptions, testRelease } from './test-release.ts';
export { type Uninstalled, type UninstallOptions, uninstallRelease } from './uninstall.ts';
export { type UpgradeOptions, upgradeRelease } from './upgrade.ts';
