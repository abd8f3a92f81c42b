import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pod } from '@slipway/kinds';
import {
  end,
  eventsOf,
  isReady,
  keyOf,
  logOf,
  OUT,
  podOf,
  type Row,
  runToEnd,
  say,
  until,
} from './subject.ts';

/** Life: from creation to the end, and again. */
export const lifeRows: Row[] = [
  {
    name: 'a pod that succeeds is Succeeded, with exit code, times and last words',
    because: 'Jobs and people read how it went',
    needs: 'ownFiles',
    check: async subject => {
      const pod = podOf(subject, {
        restartPolicy: 'Never',
        containers: [{ command: say('echo done'), env: [OUT] }],
      });
      const ended = await runToEnd(subject, pod);
      const { startedAt, finishedAt, containerID, ...rest } = end(ended) ?? { exitCode: -1 };
      assert.equal(ended.status?.phase, 'Succeeded');
      assert.deepEqual(rest, { exitCode: 0, reason: 'Completed', message: 'done\n' });
      assert.ok(startedAt && finishedAt && containerID);
      const conditions = Object.fromEntries(
        (ended.status?.conditions ?? []).map(one => [one.type, one.reason ?? one.status]),
      );
      assert.equal(conditions.Ready, 'PodCompleted');
      assert.equal(conditions.Initialized, 'PodCompleted');
    },
  },
  {
    name: 'a pod that fails is Failed, with its exit code',
    because: 'its exit code and its log say why',
    check: async subject => {
      const pod = podOf(subject, {
        restartPolicy: 'Never',
        containers: [{ command: ['sh', '-c', 'echo no >&2; exit 9'] }],
      });
      const ended = await runToEnd(subject, pod);
      assert.equal(ended.status?.phase, 'Failed');
      assert.equal(end(ended)?.exitCode, 9);
      assert.equal(end(ended)?.reason, 'Error');
      assert.equal(await logOf(subject, pod), 'no\n', 'its log can be read after its end');
    },
  },
  {
    name: 'init containers run one after another, before the others',
    because: 'migrations come before the server',
    check: async subject => {
      const volumeMounts = [{ name: 'shared', mountPath: '/shared' }];
      const step = (text: string) => ({
        command: ['sh', '-c', `echo ${text} >> "$SLIPWAY_ROOT/shared/log"`],
        volumeMounts,
      });
      const pod = podOf(subject, {
        restartPolicy: 'Never',
        initContainers: [step('one'), step('two')],
        containers: [{ command: ['sh', '-c', 'cat "$SLIPWAY_ROOT/shared/log"'], volumeMounts }],
        volumes: [{ name: 'shared', emptyDir: {} }],
      });
      const ended = await runToEnd(subject, pod);
      assert.equal(await logOf(subject, pod), 'one\ntwo\n');
      assert.deepEqual(
        ended.status?.initContainerStatuses?.map(one => one.ready),
        [true, true],
      );
    },
  },
  {
    name: 'an init container that fails for good fails the pod, and the others never run',
    because: 'the server must not start on half a migration',
    check: async subject => {
      const pod = podOf(subject, {
        restartPolicy: 'Never',
        initContainers: [{ command: ['sh', '-c', 'exit 4'] }],
        containers: [{ command: ['sleep', '100'] }],
      });
      const ended = await runToEnd(subject, pod);
      assert.equal(ended.status?.phase, 'Failed');
      assert.equal(ended.status?.containerStatuses?.[0]?.state?.waiting?.reason, 'PodInitializing');
    },
  },
  {
    name: 'a sidecar starts before the main container and ends after it',
    because: 'the main container relies on it from its first moment to its last',
    check: async subject => {
      const sidecar = { restartPolicy: 'Always', command: ['sh', '-c', 'echo side; sleep 1000'] };
      const pod = podOf(subject, {
        restartPolicy: 'Never',
        initContainers: [sidecar],
        containers: [{ command: ['sh', '-c', 'sleep 0.3'] }],
        terminationGracePeriodSeconds: 1,
      });
      const ended = await runToEnd(subject, pod);
      assert.equal(ended.status?.phase, 'Succeeded');
      assert.ok(end(ended, 'init0'), 'the sidecar has ended too');
      assert.equal(await logOf(subject, pod, 'init0'), 'side\n');
    },
  },
  {
    name: 'a crash loops with a growing pause, and says so',
    because: 'a broken program must not take the machine’s time',
    check: async subject => {
      const pod = podOf(subject, { containers: [{ command: ['sh', '-c', 'exit 3'] }] });
      await subject.client.create(Pod, pod);
      const looping = await until(
        subject,
        pod,
        found => found?.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CrashLoopBackOff',
      );
      const [status] = looping.status?.containerStatuses ?? [];
      assert.match(
        status?.state?.waiting?.message ?? '',
        /^back-off 10s restarting failed container=c0 pod=/,
      );
      assert.equal(status?.lastState?.terminated?.exitCode, 3);
      assert.equal(status?.restartCount, 1);
      assert.equal(looping.status?.phase, 'Running');
      await subject.client.delete(Pod, { namespace: subject.namespace, name: pod.metadata.name ?? '' });
      await until(subject, pod, found => !found);
    },
  },
  {
    name: 'deletion lets a container end by itself, then removes the object',
    because: 'requests under way are answered first',
    check: async subject => {
      const { client, namespace } = subject;
      const script =
        'process.on("SIGTERM", () => { console.log("bye"); process.exit(0) }); setInterval(() => {}, 1000); console.log("up")';
      const pod = podOf(subject, {
        containers: [{ command: ['node', '-e', script] }],
        terminationGracePeriodSeconds: 30,
      });
      await client.create(Pod, pod);
      await until(subject, pod, isReady);
      for (let tries = 0; tries < 200 && !(await logOf(subject, pod)).includes('up'); tries++)
        await sleep(20);
      const begun = Date.now();
      await client.delete(Pod, { namespace, name: pod.metadata.name ?? '' });
      await until(subject, pod, found => !found);
      assert.ok(Date.now() - begun < 20_000, 'it does not wait for the whole grace');
    },
  },
  {
    name: 'what does not heed SIGTERM is ended when its grace is over',
    because: 'a deletion must end',
    check: async subject => {
      const script = 'trap "" TERM; while :; do sleep 0.1; done';
      const pod = podOf(subject, {
        containers: [{ command: ['sh', '-c', script] }],
        terminationGracePeriodSeconds: 1,
      });
      await subject.client.create(Pod, pod);
      await until(subject, pod, isReady);
      await subject.client.delete(Pod, keyOf(subject, pod));
      await until(subject, pod, found => !found);
    },
  },
  {
    name: 'hooks run after the start and before the end',
    because: 'preStop is how servers let go of traffic',
    check: async subject => {
      const hook = (text: string) => ({
        exec: { command: ['sh', '-c', `echo ${text} >> "$SLIPWAY_ROOT/shared/log"`] },
      });
      const volumeMounts = [{ name: 'shared', mountPath: '/shared' }];
      const script = `trap 'cat "$SLIPWAY_ROOT/shared/log"; exit 0' TERM; while :; do sleep 0.1; done`;
      const lifecycle = { postStart: hook('begun'), preStop: hook('ending') };
      const pod = podOf(subject, {
        containers: [{ command: ['sh', '-c', script], volumeMounts, lifecycle }],
        volumes: [{ name: 'shared', emptyDir: {} }],
        activeDeadlineSeconds: 2,
      });
      const ended = await runToEnd(subject, pod);
      assert.equal(end(ended)?.exitCode, 0);
      assert.equal(await logOf(subject, pod), 'begun\nending\n', 'the signal comes after the hook');
    },
  },
  {
    name: 'OnFailure restarts what failed, and ends with what succeeded',
    because: 'Jobs try again in place',
    check: async subject => {
      const script =
        'if test -e "$SLIPWAY_ROOT/shared/ran"; then exit 0; fi; touch "$SLIPWAY_ROOT/shared/ran"; exit 2';
      const pod = podOf(subject, {
        restartPolicy: 'OnFailure',
        containers: [
          { command: ['sh', '-c', script], volumeMounts: [{ name: 'shared', mountPath: '/shared' }] },
        ],
        volumes: [{ name: 'shared', emptyDir: {} }],
      });
      const ended = await runToEnd(subject, pod);
      assert.equal(ended.status?.phase, 'Succeeded');
      assert.equal(ended.status?.containerStatuses?.[0]?.restartCount, 1);
    },
  },
  {
    name: 'a deadline ends the pod',
    because: 'activeDeadlineSeconds says so',
    check: async subject => {
      const pod = podOf(subject, {
        activeDeadlineSeconds: 1,
        containers: [{ command: ['sleep', '1000'] }],
        terminationGracePeriodSeconds: 1,
      });
      const ended = await runToEnd(subject, pod);
      assert.equal(ended.status?.phase, 'Failed');
      assert.equal(ended.status?.reason, 'DeadlineExceeded');
    },
  },
  {
    name: 'a liveness probe that fails restarts the container',
    because: 'a program that hangs does not end by itself',
    check: async subject => {
      const livenessProbe = {
        exec: { command: ['sh', '-c', 'exit 1'] },
        periodSeconds: 1,
        failureThreshold: 1,
      };
      const pod = podOf(subject, {
        containers: [{ command: ['sleep', '1000'], livenessProbe }],
        terminationGracePeriodSeconds: 1,
      });
      await subject.client.create(Pod, pod);
      await until(subject, pod, found => (found?.status?.containerStatuses?.[0]?.restartCount ?? 0) > 0);
      const events = await eventsOf(subject, pod);
      assert.ok(
        events.some(one => one.reason === 'Unhealthy' && one.message?.startsWith('Liveness probe failed')),
      );
      assert.ok(events.some(one => one.reason === 'Killing' && one.message?.includes('will be restarted')));
      await subject.client.delete(Pod, { namespace: subject.namespace, name: pod.metadata.name ?? '' });
    },
  },
];
