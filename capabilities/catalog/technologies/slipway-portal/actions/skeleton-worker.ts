// Fills in skeletons beside the main thread: a stranger’s template may take long, the platform may not.
export { fillSkeleton } from './skeleton.ts';
