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
export { KNOWN_TECHNOLOGIES, type KnownTechnology } from './guidance/known.ts';
export * from './internal-request.ts';
export * from './lock.ts';
export * from './map.ts';
export * from './new-definition.ts';
export * from './plan.ts';
export * from './platform-schema.ts';
export * from './probe-request.ts';
export * from './published-schema.ts';
export * from './revision.ts';
export * from './selection.ts';
export * from './source-cache.ts';
export * from './stale.ts';
export type * from './technology.ts';
export type * from './upstream/existing.ts';
export { generatedSecrets } from './upstream/generated-secret/reconcile.ts';
export type * from './upstream/http-port.ts';
export { httpRequest } from './upstream/http-request.ts';
export { filesDigest, type SourceFile } from './upstream/source-digest.ts';
export type * from './upstream/upstream.ts';
export type * from './upstream/wiring.ts';
export type * from './upstream/wish.ts';
export { type Wired, wiringControllers } from './upstream/wiring-controllers.ts';
