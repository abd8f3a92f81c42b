// Types of the built-in kinds that our own code reads or writes; fields we never touch are left out.

export * from './access.ts';
export * from './admission.ts';
export * from './core.ts';
export * from './pod.ts';
export * from './resource-usage.ts';
export * from './workloads.ts';
