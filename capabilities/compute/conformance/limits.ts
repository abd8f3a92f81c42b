import assert from 'node:assert/strict';
import { Pod } from '@slipway/kinds';
import { end, eventsOf, podOf, type Row, runToEnd, until } from './subject.ts';

/** Limits and refusals: what a pod may not, and how it is told. */
export const limitsRows: Row[] = [
  {
    name: 'a command that is not there is a StartError',
    because: 'the most common mistake in a manifest',
    check: async subject => {
      const pod = podOf(subject, { restartPolicy: 'Never', containers: [{ command: ['no-such-program'] }] });
      const ended = await runToEnd(subject, pod);
      assert.equal(end(ended)?.reason, 'StartError');
      assert.equal(end(ended)?.exitCode, 128);
      assert.match(end(ended)?.message ?? '', /no-such-program/);
    },
  },
  {
    name: 'a field that cannot be kept is refused by name, never ignored',
    because: 'a pod must not run otherwise than its author thinks',
    check: async subject => {
      const pod = podOf(subject, {
        containers: [{ command: ['sleep', '1'] }],
        volumes: [{ name: 'host', hostPath: { path: '/' } }],
      });
      await subject.client.create(Pod, pod);
      const refused = await until(subject, pod, found =>
        found?.status?.conditions?.some(one => one.reason === 'Unsupported'),
      );
      const message = refused.status?.conditions?.find(one => one.reason === 'Unsupported')?.message;
      assert.match(message ?? '', /^spec\.volumes\[\d\]\.hostPath: /);
      assert.equal(refused.status?.phase, 'Pending');
      await subject.client.delete(Pod, { namespace: subject.namespace, name: pod.metadata.name ?? '' });
      await until(subject, pod, found => !found);
    },
  },
  {
    name: 'an emptyDir that outgrows its size ends the pod, in upstream’s words',
    because: 'one pod must not fill the disk of all',
    check: async subject => {
      const script = 'head -c 3000000 /dev/zero > "$SLIPWAY_ROOT/cache/big"; sleep 1000';
      const pod = podOf(subject, {
        restartPolicy: 'Never',
        containers: [
          { command: ['sh', '-c', script], volumeMounts: [{ name: 'cache', mountPath: '/cache' }] },
        ],
        volumes: [{ name: 'cache', emptyDir: { sizeLimit: '1Mi' } }],
        terminationGracePeriodSeconds: 1,
      });
      const ended = await runToEnd(subject, pod);
      assert.equal(ended.status?.phase, 'Failed');
      assert.equal(ended.status?.reason, 'Evicted');
      assert.equal(ended.status?.message, 'Usage of EmptyDir volume "cache" exceeds the limit "1Mi". ');
      const events = await eventsOf(subject, pod);
      assert.ok(events.some(one => one.reason === 'Evicted' && one.type === 'Warning'));
    },
  },
  {
    name: 'a pod that keeps more on disk than its containers may is ended, in upstream’s words',
    because: 'limits of ephemeral-storage say so',
    check: async subject => {
      const script = 'head -c 3000000 /dev/zero > "$SLIPWAY_ROOT/cache/big"; sleep 1000';
      const container = {
        command: ['sh', '-c', script],
        volumeMounts: [{ name: 'cache', mountPath: '/cache' }],
        resources: { limits: { 'ephemeral-storage': '1Mi' } },
      };
      const pod = podOf(subject, {
        restartPolicy: 'Never',
        containers: [container],
        volumes: [{ name: 'cache', emptyDir: {} }],
        terminationGracePeriodSeconds: 1,
      });
      const ended = await runToEnd(subject, pod);
      assert.equal(ended.status?.reason, 'Evicted');
      const message = 'Pod ephemeral local storage usage exceeds the total limit of containers 1Mi. ';
      assert.equal(ended.status?.message, message);
    },
  },
  {
    name: 'more memory than the limit is OOMKilled',
    because: 'one pod must not take the machine down, and people must see why it ended',
    needs: 'limits',
    check: async subject => {
      const script = 'const all = []; for (;;) all.push(Buffer.alloc(8 << 20, 1))';
      const pod = podOf(subject, {
        restartPolicy: 'Never',
        containers: [{ command: ['node', '-e', script], resources: { limits: { memory: '96Mi' } } }],
      });
      const ended = await runToEnd(subject, pod);
      assert.equal(end(ended)?.reason, 'OOMKilled');
      assert.equal(end(ended)?.exitCode, 137);
    },
  },
];
