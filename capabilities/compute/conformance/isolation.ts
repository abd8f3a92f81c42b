import assert from 'node:assert/strict';
import { Pod } from '@slipway/kinds';
import { ENFORCED_CONDITION } from '../contract.ts';
import { eventsOf, isReady, keyOf, logOf, podOf, type Row, runToEnd, until } from './subject.ts';

const SERVER =
  'require("http").createServer((q, r) => r.end(process.env.NAME)).listen(Number(process.env.PORT))';

/** Isolation: what a pod has for itself, and how it is told when it has not. */
export const isolationRows: Row[] = [
  {
    name: 'a pod cannot read the platform’s data folder',
    because: 'it holds every Secret',
    needs: 'ownFiles',
    check: async subject => {
      const ways = [subject.dataFolder, `/proc/1/root${subject.dataFolder}`];
      const script = ways.map(way => `ls "${way}" && echo "seen: ${way}"`).join('; ');
      const pod = podOf(subject, {
        restartPolicy: 'Never',
        containers: [{ command: ['sh', '-c', `{ ${script}; } 2>/dev/null; echo done`] }],
      });
      await runToEnd(subject, pod);
      assert.equal(await logOf(subject, pod), 'done\n');
    },
  },
  {
    name: 'two pods listen on one port, and each is reached by its own address',
    because: 'every web server wants 8080',
    needs: 'ownNetwork',
    check: async subject => {
      const pods = ['first', 'second'].map(name =>
        podOf(subject, {
          containers: [
            {
              command: ['node', '-e', SERVER],
              env: [
                { name: 'NAME', value: name },
                { name: 'PORT', value: '8080' },
              ],
              ports: [{ containerPort: 8080 }],
              readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 },
            },
          ],
        }),
      );
      const addresses: string[] = [];
      for (const pod of pods) await subject.client.create(Pod, pod);
      for (const pod of pods) addresses.push((await until(subject, pod, isReady)).status?.podIP ?? '');
      const ask =
        '(async () => { for (const one of process.argv.slice(1)) console.log(await (await fetch(one)).text()) })()';
      const urls = addresses.map(address => `http://${address}:8080/`);
      const asking = podOf(subject, {
        restartPolicy: 'Never',
        containers: [{ command: ['node', '-e', ask, '--', ...urls] }],
      });
      await runToEnd(subject, asking);
      assert.equal(await logOf(subject, asking), 'first\nsecond\n');
      for (const pod of pods) await subject.client.delete(Pod, keyOf(subject, pod));
    },
  },
  {
    name: 'where ports are the machine’s, the second pod that wants one stays Pending, with the reason',
    because: 'it would fail with a worse message',
    check: async (subject, context) => {
      if (!subject.lacks.ownNetwork) return context.skip('each pod has its own ports');
      const container = { command: ['sleep', '1000'], ports: [{ containerPort: 18_831 }] };
      const [one, two] = [
        podOf(subject, { containers: [container] }),
        podOf(subject, { containers: [container] }),
      ];
      await subject.client.create(Pod, one);
      await until(subject, one, isReady);
      await subject.client.create(Pod, two);
      const waiting = await until(subject, two, found =>
        found?.status?.conditions?.some(condition => condition.reason === 'PortTaken'),
      );
      assert.equal(waiting.status?.phase, 'Pending');
      const events = await eventsOf(subject, two);
      assert.match(
        events.find(one => one.reason === 'PortTaken')?.message ?? '',
        /port 18831 is taken by another pod/,
      );
      await subject.client.delete(Pod, keyOf(subject, one));
      await until(subject, two, isReady);
      await subject.client.delete(Pod, keyOf(subject, two));
    },
  },
  {
    name: 'what the driver cannot keep is a condition and an event on the pod, and nothing else is',
    because: 'people must know what their pod is not protected from',
    check: async subject => {
      const limited = { command: ['sleep', '1000'], resources: { limits: { memory: '64Mi', cpu: '500m' } } };
      const pod = podOf(subject, { containers: [limited], terminationGracePeriodSeconds: 0 });
      await subject.client.create(Pod, pod);
      const ready = await until(subject, pod, isReady);
      const condition = ready.status?.conditions?.find(one => one.type === ENFORCED_CONDITION);
      const told = (await eventsOf(subject, pod)).filter(one => one.reason === 'NotEnforced');
      const lacks = Object.values(subject.lacks);
      assert.equal(condition?.status, lacks.length > 0 ? 'False' : undefined);
      assert.equal(told.length, lacks.length > 0 ? 1 : 0);
      for (const reason of lacks) {
        assert.ok(condition?.message?.includes(reason), `the condition gives the reason: ${reason}`);
        assert.ok(told[0]?.message?.includes(reason), `the event gives the reason: ${reason}`);
      }
      await subject.client.delete(Pod, keyOf(subject, pod));
    },
  },
];
