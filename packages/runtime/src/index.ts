// outcome: what a reconcile returns; controller: what one is; runtime: cache → queue → reconcile → outcome.
// informer: one kind, followed; lease: one leader of several processes, on a real cluster.

export { type WithConditions, withCondition } from './condition.ts';
export * from './controller.ts';
export type { Reconciled } from './controller-loop.ts';
export { createRecorder, type EventType, type Recorder } from './events.ts';
export { type Informer, type InformerOptions, startInformer, type WatchedCache } from './informer.ts';
export { type LeaseOptions, leadWith } from './lease.ts';
export type { Change } from './object-store.ts';
export * from './outcome.ts';
export { createQueue, type Queue, type QueueOptions } from './queue.ts';
export { createRuntime, type Runtime, type RuntimeOptions } from './runtime.ts';
