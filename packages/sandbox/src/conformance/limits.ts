import assert from 'node:assert/strict';
import type { Case } from './suite.ts';

/** Limits, where the machine lets us set them. */
export const limitCases: Case[] = [
  {
    name: 'a container that wants more memory than its limit is ended, and says why',
    needs: 'limits',
    check: async bed => {
      const pod = await bed.pod();
      const script = 'const all = []; for (;;) all.push(Buffer.alloc(8 << 20, 1))';
      const limits = { memoryBytes: 128 << 20 };
      const ended = await bed.run(pod, ['node', '-e', script], { limits });
      assert.equal(ended.exitCode, 137);
      // An engine may not tell why: Podman 4 on cgroups of version 1 does not.
      if (bed.sandbox.driver !== 'docker') assert.equal(ended.outOfMemory, true);
      const fine = await bed.run(pod, ['node', '-e', 'console.log("fits")'], { limits });
      assert.equal(fine.stdout, 'fits\n');
      await pod.stop();
    },
  },
  {
    name: 'a container has no more processes than its limit',
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
    name: 'a container gets no more processor time than its limit',
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
