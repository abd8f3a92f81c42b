/**
 * Does `count` things in batches of 1, 2, 4, …, and stops after a batch with a failure: a quota that refuses one pod
 * is not asked a thousand times (upstream's slowStartBatch). Returns how many worked and the first error.
 */
export async function slowStart(
  count: number,
  work: (index: number) => Promise<void>,
): Promise<{ succeeded: number; error?: unknown }> {
  let succeeded = 0;
  for (let size = Math.min(count, 1); size > 0; size = Math.min(2 * size, count - succeeded)) {
    const start = succeeded;
    const results = await Promise.allSettled(Array.from({ length: size }, (_, index) => work(start + index)));
    const failures = results.filter(result => result.status === 'rejected');
    succeeded += size - failures.length;
    if (failures[0]) return { succeeded, error: failures[0].reason };
  }
  return { succeeded };
}
