// outcome: what a reconcile returns; controller: what one is; runtime: cache → queue → reconcile → outcome.

export * from './controller.ts';
export * from './outcome.ts';
