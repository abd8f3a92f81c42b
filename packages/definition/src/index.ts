// capability: what a platform does; technology: with what; document: the definition; plan: what follows from it.
export * from './capability.ts';
export type * from './technology.ts';
