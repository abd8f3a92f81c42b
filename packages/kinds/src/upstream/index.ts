// Kinds of the upstream tools that our engines serve. Their CRDs are generated from upstream's (scripts/generate).
export * from './argo.ts';
export * from './certificates.ts';
export * from './definitions.ts';
export * from './network.ts';
