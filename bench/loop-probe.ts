// Loaded into the platform's process: on SIGUSR2 it writes the longest time, in milliseconds, in which its main
// thread took no turn since it was last asked, and the most that this thread computed in such a time; then it begins
// anew. On a busy machine the first is long because others compute.
import { renameSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const EVERY_MS = 5;
const file = process.env.SLIPWAY_BENCH_LOOP;

if (isMainThread && file && process.argv.includes('up')) {
  const computed = () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  let [longest, busiest] = [0, 0];
  let [last, lastComputed] = [performance.now(), computed()];
  const measure = () => {
    const [now, nowComputed] = [performance.now(), computed()];
    longest = Math.max(longest, now - last - EVERY_MS);
    busiest = Math.max(busiest, nowComputed - lastComputed);
    [last, lastComputed] = [now, nowComputed];
  };
  setInterval(measure, EVERY_MS).unref();
  process.on('SIGUSR2', () => {
    measure();
    writeFileSync(`${file}.new`, JSON.stringify({ longest, busiest }));
    renameSync(`${file}.new`, file);
    [longest, busiest] = [0, 0];
    [last, lastComputed] = [performance.now(), computed()];
  });
}
