// Our own kinds (kinds.md), each with its CRD.

export * from './artifacts.ts';
export * from './audit.ts';
export * from './backup.ts';
export * from './capability.ts';
export * from './catalog.ts';
export * from './change-request.ts';
export * from './identity.ts';
export * from './imported.ts';
export * from './insights.ts';
export * from './package.ts';
export * from './pipeline-policy.ts';
export * from './platform.ts';
export * from './policy.ts';
export * from './promotion.ts';
export * from './retirement.ts';
export * from './security.ts';
export * from './source.ts';
export * from './trace.ts';
export * from './wiring.ts';
export * from './workload.ts';
