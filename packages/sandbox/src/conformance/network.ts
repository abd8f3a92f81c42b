import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { Duplex, PassThrough } from 'node:stream';
import { codeOf } from '../errors.ts';
import type { PodSandbox } from '../sandbox.ts';
import type { Case } from './suite.ts';
import { heard, NOWHERE, type Testbed, text } from './testbed.ts';

const SERVER = `require('http').createServer((request, response) => response.end(process.env.NAME))
  .listen(Number(process.env.PORT), () => console.log('up'))`;

async function serve(bed: Testbed, pod: PodSandbox, name: string, port: number) {
  const env = { NAME: name, PORT: String(port) };
  const container = await pod.start(bed.container(['node', '-e', SERVER], { env }));
  await heard(container.stdout, 'up');
}

async function ask(stream: Duplex): Promise<string> {
  stream.write('GET / HTTP/1.0\r\n\r\n');
  return (await text(stream)).split('\r\n\r\n')[1] ?? '';
}

const FETCH = `(async () => { for (const url of process.argv.slice(1)) {
  try { console.log(await (await fetch(url)).text()) } catch (error) { console.log(error.cause?.code ?? String(error)) } } })()`;

/** Network: each pod has its own, and reaches what the caller lets it reach. */
export const networkCases: Case[] = [
  {
    name: 'two pods have one port each, and are dialled apart',
    because: 'every web server wants 8080',
    needs: 'ownNetwork',
    check: async bed => {
      const [one, two] = [await bed.pod({ ports: [8080] }), await bed.pod({ ports: [8080] })];
      await Promise.all([serve(bed, one, 'first', 8080), serve(bed, two, 'second', 8080)]);
      assert.equal(await ask(await one.dial(8080)), 'first');
      assert.equal(await ask(await bed.sandbox.dial({ address: two.address, port: 8080 })), 'second');
      await Promise.all([one.stop(), two.stop()]);
    },
  },
  {
    name: 'a port of the machine goes to one pod; the next is told so',
    because: 'the second would fail on its own with a worse message',
    check: async (bed, context) => {
      if (bed.sandbox.guarantees.ownNetwork.holds) return context.skip('each pod has its own ports');
      const port = await freePort();
      const one = await bed.pod({ ports: [port] });
      await assert.rejects(bed.pod({ ports: [port] }), { code: 'PortTaken' });
      await serve(bed, one, 'first', port);
      assert.equal(await ask(await bed.sandbox.dial({ address: one.address, port })), 'first');
      await one.stop();
      const again = await bed.pod({ ports: [port] });
      await again.stop();
    },
  },
  {
    name: 'nothing listens: the connection is refused',
    because: 'probes and clients try again at once',
    check: async bed => {
      const pod = await bed.pod();
      const port = await freePort();
      await assert.rejects(pod.dial(port), error => codeOf(error) === 'ECONNREFUSED');
      await pod.stop();
    },
  },
  {
    name: 'what listens on a pod’s own loopback is reached as from inside, and not as from outside',
    because: 'kubectl port-forward reaches debuggers that nobody else should',
    check: async bed => {
      const pod = await bed.pod();
      const port = await freePort();
      const script = SERVER.replace(
        '.listen(Number(process.env.PORT),',
        ".listen(Number(process.env.PORT), '127.0.0.1',",
      );
      const env = { NAME: 'inner', PORT: String(port) };
      const container = await pod.start(bed.container(['node', '-e', script], { env }));
      await heard(container.stdout, 'up');
      assert.equal(await ask(await pod.dialLoopback(port)), 'inner');
      if (bed.sandbox.guarantees.ownNetwork.holds)
        await assert.rejects(pod.dial(port), error => codeOf(error) === 'ECONNREFUSED');
      await pod.stop();
    },
  },
  {
    name: 'names and virtual addresses lead where the caller says',
    because: 'Services have no other network',
    needs: 'ownNetwork',
    check: async bed => {
      await bed.sandbox.carry([80, 8099]);
      const asked: string[] = [];
      const pod = await bed.pod({
        dns: { searches: ['team.svc.cluster.local'], options: ['ndots:5'] },
        network: {
          lookup: async name => {
            asked.push(name);
            return name === 'web.team.svc.cluster.local' ? ['10.96.4.4'] : [];
          },
          connect: async target => page(`${target.address}:${target.port}`),
        },
      });
      const urls = ['http://web/', 'http://10.96.7.7:8099/', 'http://nowhere.example/'];
      const { stdout } = await bed.run(pod, ['node', '-e', FETCH, '--', ...urls]);
      assert.deepEqual(stdout.trim().split('\n'), ['10.96.4.4:80', '10.96.7.7:8099', 'ENOTFOUND']);
      assert.ok(asked.includes('web.team.svc.cluster.local'), 'search domains are used');
      await pod.stop();
    },
  },
  {
    name: 'a pod reaches nothing that it may not: the machine, other pods, the world',
    because: 'the egress rule is the platform’s, not the pod’s',
    needs: 'ownNetwork',
    check: async bed => {
      const machine = createServer(socket => socket.end('HTTP/1.0 200 OK\r\n\r\nthe machine')).listen(
        0,
        '127.0.0.1',
      );
      await once(machine, 'listening');
      const other = await bed.pod();
      await serve(bed, other, 'other pod', 80);
      await bed.sandbox.carry([80]);
      const tried: string[] = [];
      const network = {
        ...NOWHERE,
        connect: async ({ address, port }: { address: string; port: number }) => {
          tried.push(`${address}:${port}`);
          throw new Error('not allowed');
        },
      };
      const pod = await bed.pod({ network });
      const urls = [
        `http://127.0.0.1:${portOf(machine)}/`,
        `http://${other.address}/`,
        'http://192.0.2.1/',
        'http://192.0.2.1:59999/',
      ];
      const { stdout } = await bed.run(pod, ['node', '-e', FETCH, '--', ...urls]);
      const answers = stdout.trim().split('\n');
      assert.deepEqual(answers[0], 'ECONNREFUSED', 'its loopback is its own');
      for (const answer of answers) assert.match(answer, /^ECONN|^UND_ERR_SOCKET/);
      assert.deepEqual(
        tried,
        [`${other.address}:80`, '192.0.2.1:80'],
        'the caller is asked, with the target',
      );
      machine.close();
      await Promise.all([pod.stop(), other.stop()]);
    },
  },
  {
    name: 'containers of a pod share its loopback and its host name',
    because: 'sidecars talk over localhost',
    needs: 'ownNetwork',
    check: async bed => {
      const pod = await bed.pod({ hostname: 'shop-0', hosts: [{ address: '10.1.2.3', names: ['legacy'] }] });
      await serve(bed, pod, 'neighbour', 3000);
      const { stdout } = await bed.run(pod, ['node', '-e', FETCH, '--', 'http://localhost:3000/']);
      assert.equal(stdout.trim(), 'neighbour');
      const script =
        'console.log(require("os").hostname(), require("fs").readFileSync("/etc/hosts", "utf8"))';
      const host = await bed.run(pod, ['node', '-e', script]);
      assert.match(host.stdout, /^shop-0 /);
      assert.match(host.stdout, /10\.1\.2\.3\tlegacy/);
      await pod.stop();
    },
  },
  {
    name: 'a low port is free for any user, as container runtimes have it',
    because: 'images listen on 80 as nobody',
    needs: 'ownNetwork',
    check: async bed => {
      const pod = await bed.pod();
      const env = { NAME: 'low', PORT: '80' };
      const user = { uid: 1000, gid: 1000 };
      const container = await pod.start(bed.container(['node', '-e', SERVER], { env, user }));
      await heard(container.stdout, 'up');
      assert.equal(await ask(await pod.dial(80)), 'low');
      await pod.stop();
    },
  },
  {
    name: 'a server that speaks first, and a client that ends first, lose no byte',
    because: 'both are what ordinary protocols do',
    needs: 'ownNetwork',
    check: async bed => {
      const pod = await bed.pod();
      const script = `require('net').createServer({ allowHalfOpen: true }, socket => { socket.write('hello ');
        let size = 0; socket.on('data', chunk => { size += chunk.length });
        socket.on('end', () => setTimeout(() => socket.end(String(size)), 50)); }).listen(7000, () => console.log('up'))`;
      const container = await pod.start(bed.container(['node', '-e', script]));
      await heard(container.stdout, 'up');
      const stream = await pod.dial(7000);
      stream.write(Buffer.alloc(3_000_000));
      stream.end();
      assert.equal(await text(stream), 'hello 3000000');
      await pod.stop();
    },
  },
];

/** A connection to a page, without a network. */
function page(body: string): Duplex {
  const answers = new PassThrough();
  let said = '';
  const requests = new PassThrough();
  requests.on('data', chunk => {
    said += String(chunk);
    if (said.includes('\r\n\r\n'))
      answers.end(`HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  });
  return Duplex.from({ readable: answers, writable: requests });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
