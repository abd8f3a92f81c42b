import assert from 'node:assert/strict';
import { Pod, Service } from '@slipway/kinds';
import { eventsOf, isReady, logOf, podOf, type Row, runToEnd, until } from './subject.ts';

/** Network: names, Services, and what is out of reach. */
export const networkRows: Row[] = [
  {
    name: 'a Service is found by name, and leads to ready pods only',
    because: 'programs know each other by name only',
    needs: 'ownNetwork',
    check: async subject => {
      const { client, namespace } = subject;
      const script = 'require("http").createServer((q, r) => r.end("served")).listen(8080)';
      const server = podOf(subject, {
        containers: [
          {
            command: ['node', '-e', script],
            ports: [{ name: 'web', containerPort: 8080 }],
            readinessProbe: { httpGet: { path: '/', port: 'web' }, periodSeconds: 1 },
          },
        ],
      });
      await client.create(Service, {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { namespace, name: 'shop' },
        spec: {
          selector: { pod: server.metadata.labels?.pod ?? '' },
          ports: [{ port: 80, targetPort: 'web' }],
        },
      });
      await client.create(Pod, server);
      await until(subject, server, isReady);
      const ask = `(async () => { for (let i = 0; i < 50; i++) { try { console.log(await (await fetch(process.argv[1])).text()); return } catch { await new Promise(r => setTimeout(r, 100)) } } })()`;
      for (const name of ['shop', `shop.${namespace}`, `shop.${namespace}.svc.cluster.local`]) {
        const pod = podOf(subject, {
          restartPolicy: 'Never',
          containers: [{ command: ['node', '-e', ask, `http://${name}/`] }],
        });
        await runToEnd(subject, pod);
        assert.equal(await logOf(subject, pod), 'served\n', name);
      }
      await client.delete(Pod, { namespace, name: server.metadata.name ?? '' });
    },
  },
  {
    name: 'the world is out of reach, and an event names what was tried',
    because: 'whoever wrote the pod must learn what to change',
    needs: 'ownNetwork',
    check: async subject => {
      const command = ['node', '-e', 'fetch("http://outside.example/").catch(() => console.log("refused"))'];
      const pod = podOf(subject, { restartPolicy: 'Never', containers: [{ command }] });
      await runToEnd(subject, pod);
      assert.equal(await logOf(subject, pod), 'refused\n');
      const events = await eventsOf(subject, pod);
      const told = events.find(one => one.reason === 'EgressRefused');
      assert.match(told?.message ?? '', /outside\.example:80/);
    },
  },
];
