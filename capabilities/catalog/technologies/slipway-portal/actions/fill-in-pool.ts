import type { Workers } from '@slipway/definition';
import type { SkeletonWork } from './skeleton.ts';

const TIMEOUT_MS = 30_000;

/** Fills in a skeleton in the worker pool; what takes longer than half a minute is ended. */
export function fillInPool(pool: Workers, input: SkeletonWork): Promise<string[]> {
  const module = new URL('./skeleton-worker.ts', import.meta.url);
  return pool.run<string[]>({ module, task: 'fillSkeleton', input, timeoutMs: TIMEOUT_MS });
}
