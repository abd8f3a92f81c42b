import assert from 'node:assert/strict';
import process from 'node:process';
import { processesWith } from './orphans.ts';
import type { Case } from './suite.ts';
import { heard } from './testbed.ts';

/** Limits, where the machine lets us set them. */
export const limitCases: Case[] = [
  {
    name: 'a container that wants more memory than its limit is ended, and says why',
    because: 'one pod must not take the machine down',
    needs: 'limits',
    check: async bed => {
      const pod = await bed.pod();
      const script = 'const all = []; for (;;) all.push(Buffer.alloc(8 << 20, 1))';
      const limits = { memoryBytes: 128 << 20 };
      const ended = await bed.run(pod, ['node', '-e', script], { limits });
      assert.equal(ended.exitCode, 137);
      assert.equal(ended.outOfMemory, true);
      const fine = await bed.run(pod, ['node', '-e', 'console.log("fits")'], { limits });
      assert.equal(fine.stdout, 'fits\n');
      await pod.stop();
    },
  },
  {
    name: 'a container has no more processes than its limit',
    because: 'a fork bomb must stay in its container',
    needs: 'limits',
    check: async bed => {
      const pod = await bed.pod();
      const script = 'i=0; while [ $i -lt 40 ]; do sleep 5 & i=$((i+1)); done; echo all';
      const ended = await bed.run(pod, ['sh', '-c', script], { limits: { pids: 10 } });
      assert.ok(!ended.stdout.includes('all'), 'forty were started under a limit of ten');
      await pod.stop();
    },
  },
  {
    name: 'a fork bomb stays in its container, and stop ends it',
    because: 'it must neither fill the machine nor outlive its pod',
    needs: 'limits',
    check: async bed => {
      const [pod, other] = [await bed.pod(), await bed.pod()];
      const mark = `bomb-${process.pid}-${Date.now()}`;
      const bomb = `require('child_process').spawn('sh', ['-c', 'bomb() { bomb | bomb & }; bomb'], { stdio: 'ignore' });
        setTimeout(() => console.log('lit'), 300); setInterval(() => {}, 1000)`;
      const options = { limits: { pids: 100 }, env: { MARK: mark } };
      const container = await pod.start(bed.container(['node', '-e', bomb], options));
      await heard(container.stdout, 'lit');
      const { stdout } = await bed.run(other, ['echo', 'others run']);
      assert.equal(stdout, 'others run\n');
      assert.ok(processesWith(mark).length <= 110, 'no more than its limit and the namespaces’ own');
      await pod.stop();
      assert.deepEqual(processesWith(mark), []);
      await other.stop();
    },
  },
  {
    name: 'without groups of the kernel, memory is bounded for each process, and processes for all',
    because: 'less than promised is better than nothing, and is told',
    check: async (bed, context) => {
      const { driver, guarantees } = bed.sandbox;
      if (driver !== 'sandbox') return context.skip('only the namespace driver has this way');
      if (guarantees.limits.holds) return context.skip('this machine gives groups');
      const pod = await bed.pod();
      const script = 'const all = []; for (;;) all.push(Buffer.alloc(64 << 20, 1))';
      const limits = { memoryBytes: 128 << 20 };
      assert.notEqual((await bed.run(pod, ['node', '-e', script], { limits })).exitCode, 0);
      assert.equal((await bed.run(pod, ['node', '-e', 'console.log("fits")'], { limits })).stdout, 'fits\n');
      const many = 'i=0; while [ $i -lt 90 ]; do sleep 5 & i=$((i+1)); done; echo all';
      const ended = await bed.run(pod, ['sh', '-c', many], { limits: { pids: 40 } });
      assert.ok(!ended.stdout.includes('all'), 'ninety were started under a limit of forty');
      await pod.stop();
    },
  },
  {
    name: 'a container gets no more processor time than its limit',
    because: 'others need it too',
    needs: 'limits',
    check: async bed => {
      const pod = await bed.pod();
      const script =
        'const end = Date.now() + 1500; while (Date.now() < end); console.log(process.cpuUsage().user / 1000)';
      const { stdout } = await bed.run(pod, ['node', '-e', script], { limits: { cpuMillis: 200 } });
      assert.ok(Number(stdout) < 1000, `${stdout.trim()} ms of 1500 ms with a fifth of a processor`);
      await pod.stop();
    },
  },
];
