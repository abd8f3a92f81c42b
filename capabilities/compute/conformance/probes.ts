import assert from 'node:assert/strict';
import { Pod } from '@slipway/kinds';
import { eventsOf, isReady, keyOf, podOf, type Row, type Subject, until } from './subject.ts';

/** Answers 200 while the file `ok` is there, else 503; the probes of one server tell them apart by path. */
const SERVER = `const fs = require('fs'); fs.writeFileSync('ok', '');
  require('http').createServer((q, r) => { r.statusCode = fs.existsSync('ok') ? 200 : 503; r.end(); })
  .listen(Number(process.env.PORT), () => console.log('up'))`;

/** Says SERVING to whatever it is asked. */
const GRPC_SERVER = `require('http2').createServer().on('stream', stream => {
  stream.respond({ 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(Buffer.from([0, 0, 0, 0, 2, 8, 1])); }).listen(Number(process.env.PORT))`;

/** The process driver shares the machine's ports, so each row has its own. */
function server(port: number) {
  const ports = [{ name: 'web', containerPort: port }];
  return { command: ['node', '-e', SERVER], env: [{ name: 'PORT', value: String(port) }], ports };
}

async function remove(subject: Subject, pod: Pod): Promise<void> {
  await subject.client.delete(Pod, keyOf(subject, pod));
  await until(subject, pod, found => !found);
}

/** Probes: who is started, ready, alive. */
export const probeRows: Row[] = [
  ...(['httpGet', 'tcpSocket', 'exec', 'grpc'] as const).map(
    (kind, index): Row => ({
      name: `a readiness probe by ${kind} makes the pod Ready`,
      because: 'traffic goes to pods that can answer',
      check: async subject => {
        const port = 18_811 + index;
        const handler = {
          httpGet: { httpGet: { path: '/', port: 'web' } },
          tcpSocket: { tcpSocket: { port } },
          grpc: { grpc: { port } },
          exec: { exec: { command: ['sh', '-c', 'test -e "$SLIPWAY_ROOT/ok"'] } },
        }[kind];
        const command = ['node', '-e', kind === 'grpc' ? GRPC_SERVER : SERVER];
        const container = { ...server(port), command, readinessProbe: { ...handler, periodSeconds: 1 } };
        const pod = podOf(subject, { containers: [container], terminationGracePeriodSeconds: 1 });
        await subject.client.create(Pod, pod);
        const ready = await until(subject, pod, isReady);
        assert.equal(ready.status?.containerStatuses?.[0]?.started, true);
        await remove(subject, pod);
      },
    }),
  ),
  {
    name: 'a pod that stops answering is not Ready until it answers again, and is not restarted',
    because: 'readiness takes traffic away, liveness restarts',
    check: async subject => {
      const toggle = `${SERVER}; setTimeout(() => fs.rmSync('ok'), 1500); setTimeout(() => fs.writeFileSync('ok', ''), 4500)`;
      const probe = { httpGet: { path: '/', port: 'web' }, periodSeconds: 1, failureThreshold: 1 };
      const container = { ...server(18_821), command: ['node', '-e', toggle], readinessProbe: probe };
      const pod = podOf(subject, { containers: [container], terminationGracePeriodSeconds: 1 });
      await subject.client.create(Pod, pod);
      await until(subject, pod, isReady);
      await until(subject, pod, found => !isReady(found));
      const again = await until(subject, pod, isReady);
      assert.equal(again.status?.containerStatuses?.[0]?.restartCount, 0);
      const events = await eventsOf(subject, pod);
      const told = events.find(one => one.reason === 'Unhealthy')?.message;
      assert.equal(told, 'Readiness probe failed: HTTP probe failed with statuscode: 503');
      await remove(subject, pod);
    },
  },
  {
    name: 'a startup probe keeps the others waiting, and restarts what never starts',
    because: 'slow programs must not be killed by their liveness probe',
    check: async subject => {
      const never = { exec: { command: ['sh', '-c', 'exit 1'] }, periodSeconds: 1, failureThreshold: 2 };
      const container = {
        command: ['sleep', '1000'],
        startupProbe: never,
        livenessProbe: { exec: { command: ['sh', '-c', 'exit 1'] }, periodSeconds: 1, failureThreshold: 1 },
      };
      const pod = podOf(subject, { containers: [container], terminationGracePeriodSeconds: 1 });
      await subject.client.create(Pod, pod);
      await until(subject, pod, found => (found?.status?.containerStatuses?.[0]?.restartCount ?? 0) > 0);
      const events = await eventsOf(subject, pod);
      const said = events.map(one => one.message ?? '');
      assert.ok(said.includes('Container c0 failed startup probe, will be restarted'), said.join('\n'));
      assert.ok(!said.some(text => text.startsWith('Liveness probe failed')), 'liveness has not begun');
      await remove(subject, pod);
    },
  },
];
