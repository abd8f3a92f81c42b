import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../errors.ts';
import { checkOrphans, processesWith } from './orphans.ts';
import type { Case } from './suite.ts';
import { finished, heard } from './testbed.ts';

/** Processes: how they begin and end. */
export const lifeCases: Case[] = [
  {
    name: 'a container has its command, environment and folder',
    because: 'a shell on the way must not change a byte of them',
    check: async bed => {
      const pod = await bed.pod();
      const script =
        'console.log(JSON.stringify([process.argv.slice(1), process.env.A, process.env.B, process.cwd()]))';
      const env = { A: `it's "quoted" $HOME \`x\``, B: 'two\nlines' };
      const args = ['a b', '$X', "it's"];
      const { stdout, stderr, exitCode } = await bed.run(pod, ['node', '-e', script, '--', ...args], {
        env,
        workingDir: '/srv/deep',
      });
      assert.equal(exitCode, 0, stderr);
      const [argv, a, b, folder] = JSON.parse(stdout) as [string[], string, string, string];
      assert.deepEqual(argv, args);
      assert.deepEqual([a, b], [env.A, env.B]);
      assert.match(folder, /\/srv\/deep$/);
      await pod.stop();
    },
  },
  {
    name: 'output and errors are apart, and whole when the container has ended',
    because: 'the last lines say why it ended',
    check: async bed => {
      const pod = await bed.pod();
      const script = 'for (let i = 0; i < 20000; i++) console.log("line " + i); console.error("bad")';
      const { stdout, stderr } = await bed.run(pod, ['node', '-e', script]);
      assert.equal(stdout.split('\n').length, 20001);
      assert.equal(stderr, 'bad\n');
      await pod.stop();
    },
  },
  {
    name: 'exit codes are those of the command',
    because: 'Jobs and restart policies go by them',
    check: async bed => {
      const pod = await bed.pod();
      const rows = [
        { command: ['sh', '-c', 'exit 0'], exitCode: 0, because: 'it succeeded' },
        { command: ['sh', '-c', 'exit 3'], exitCode: 3, because: 'any code passes through' },
        { command: ['sh', '-c', 'kill -9 $$'], exitCode: 137, because: 'a signal counts 128 and its number' },
      ];
      for (const { command, exitCode, because } of rows) {
        const ended = await bed.run(pod, command);
        assert.equal(ended.exitCode, exitCode, because);
        assert.equal(ended.stderr, '', 'nothing of ours is in a container’s output');
      }
      await pod.stop();
    },
  },
  {
    name: 'signals reach the command',
    because: 'a graceful end depends on it',
    check: async bed => {
      const pod = await bed.pod();
      const script =
        'process.on("SIGTERM", () => process.exit(42)); setInterval(() => {}, 1000); console.log("up")';
      const polite = await pod.start(bed.container(['node', '-e', script]));
      await heard(polite.stdout, 'up');
      polite.kill('SIGTERM');
      assert.equal((await polite.exited).exitCode, 42);
      const plain = await pod.start(bed.container(['sh', '-c', 'echo up; sleep 1000']));
      await heard(plain.stdout, 'up');
      plain.kill('SIGKILL');
      assert.deepEqual(await plain.exited, { exitCode: 137, signal: 'SIGKILL' });
      await pod.stop();
    },
  },
  {
    name: 'a command that is not there is told before anything runs',
    because: 'StartError names it',
    check: async bed => {
      const pod = await bed.pod();
      await assert.rejects(pod.start(bed.container(['no-such-program'])), { code: 'CommandNotFound' });
      await pod.stop();
    },
  },
  {
    name: 'standard input arrives and ends',
    because: 'filters end with their input',
    check: async bed => {
      const pod = await bed.pod();
      const container = await pod.start(bed.container(['cat'], { stdin: true }));
      container.stdin?.end('hello');
      assert.equal((await finished(container)).stdout, 'hello');
      await pod.stop();
    },
  },
  {
    name: 'exec runs beside the main process, with its environment, and has its own exit code',
    because: 'probes and people rely on it',
    check: async bed => {
      const pod = await bed.pod();
      const container = await pod.start(
        bed.container(['sh', '-c', 'echo up; sleep 1000'], { env: { A: 'main' } }),
      );
      await heard(container.stdout, 'up');
      const script = 'cat; echo "$A $B"; echo bad >&2; exit 7';
      const process = await container.exec({ command: ['sh', '-c', script], tty: false, env: { B: 'own' } });
      process.stdin.end('in ');
      const output = await finished(process);
      assert.deepEqual(output, { exitCode: 7, stdout: 'in main own\n', stderr: 'bad\n' });
      await pod.stop();
      assert.equal((await container.exited).exitCode, 137);
    },
  },
  {
    name: 'what a container leaves behind is buried while it runs',
    because: 'zombies fill the process table',
    needs: 'ownFiles',
    check: async bed => {
      const pod = await bed.pod();
      // The inner shell ends at once, so its children lose their parent, then end themselves.
      const orphan = 'sh -c "sleep 0.2 & sleep 0.2 & sleep 0.2 &"';
      const count = 'cat /proc/[0-9]*/stat 2>/dev/null | grep -c ") Z "';
      const { stdout } = await bed.run(pod, [
        'sh',
        '-c',
        `${orphan}; sleep 0.6; ${count}; ${orphan}; echo done`,
      ]);
      assert.equal(stdout, '0\ndone\n');
      await pod.stop();
    },
  },
  {
    name: 'stop leaves no process, mount, group or folder',
    because: 'a platform runs for months',
    check: async bed => {
      const pod = await bed.pod();
      const mark = `mark-${process.pid}-${Date.now()}`;
      const container = await pod.start(
        bed.container(['sh', '-c', 'sleep 1000 & echo up; sleep 1000'], { env: { MARK: mark } }),
      );
      await heard(container.stdout, 'up');
      await pod.stop();
      await pod.stop();
      assert.deepEqual(processesWith(mark), [], 'processes');
      const folders = ['pods', 'plain'].map(name => join(bed.folder, 'run', name)).filter(existsSync);
      assert.deepEqual(
        folders.flatMap(folder => readdirSync(folder)),
        [],
        'folders',
      );
      assert.ok(!readFileSync('/proc/self/mounts', 'utf8').includes(bed.folder), 'mounts');
      await assert.rejects(pod.dial(1), error => codeOf(error) === 'ECONNREFUSED');
    },
  },
  {
    name: 'pods end with the platform, even when it is killed',
    because: 'nobody else would end them',
    check: bed => checkOrphans(bed.sandbox.driver, bed.dockerSocket),
  },
];
