// custom-resource: what a CRD is; kubernetes: built-in kinds; slipway: ours; upstream: the tools'. Data only.
export * from './custom-resource.ts';
export * from './kubernetes/index.ts';
export * from './slipway/index.ts';
export * from './upstream/index.ts';
