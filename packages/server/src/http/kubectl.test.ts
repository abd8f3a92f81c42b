import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { selfSigned } from '../../../../test/self-signed.ts';
import { ensureBootstrap } from '../authz/index.ts';
import { echoConnector } from './node.fixture.ts';
import { ADMIN, startTestServer, type TestServer, TOKEN } from './server.fixture.ts';

const run = promisify(execFile);
const tls = await selfSigned({ names: ['localhost'], addresses: ['127.0.0.1'] });
const present = await run('kubectl', ['version', '--client']).then(
  () => true,
  () => false,
);

let running: TestServer;
let place: string;

interface Ran {
  code: number;
  out: string;
  err: string;
}

/** Runs kubectl against the server; `input` goes to its standard input. */
async function kubectl(args: string[], input?: string): Promise<Ran> {
  const env = { ...process.env, KUBECONFIG: join(place, 'config'), HOME: place };
  const child = spawn('kubectl', args, { env });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', chunk => {
    out += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', chunk => {
    err += chunk;
  });
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

async function good(args: string[], input?: string): Promise<string> {
  const { code, out, err } = await kubectl(args, input);
  assert.equal(code, 0, `kubectl ${args.join(' ')}: ${err}`);
  return out;
}

async function startWithKubeconfig(): Promise<void> {
  running = await startTestServer();
  place = mkdtempSync(join(tmpdir(), 'slipway-kubectl-'));
  const options = { host: '127.0.0.1', port: 0, ...tls };
  const { url } = await running.server.listen(options);
  running.server.setNodeConnector(echoConnector);
  const ca = Buffer.from(tls.cert).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: url, 'certificate-authority-data': ca } }],
    users: [{ name: 'u', user: { token: TOKEN } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
  writeFileSync(join(place, 'config'), JSON.stringify(config), { mode: 0o600 });
  const { store } = running.server;
  await ensureBootstrap({ store, transport: running.server.transport(ADMIN) });
  await good(['create', 'serviceaccount', 'default']);
}

const pod = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', labels: { app: 'web' } },
  spec: {
    automountServiceAccountToken: false,
    containers: [{ name: 'main', image: 'example/web:1', ports: [{ containerPort: 80 }] }],
  },
});

describe('kubectl', { skip: present ? false : 'kubectl is not installed' }, () => {
  before(startWithKubeconfig);
  after(async () => {
    await running.stop();
    rmSync(place, { recursive: true, force: true });
  });

  test('creates, shows, changes and deletes, protobuf bodies included', async () => {
    await good(['create', 'configmap', 'a', '--from-literal=key=value']);
    assert.match(await good(['get', 'configmap', 'a']), /^NAME\s+DATA\s+AGE\s+a\s+1\s/);
    await good(['patch', 'configmap', 'a', '-p', '{"data":{"key":"other"}}']);
    assert.equal(await good(['get', 'configmap', 'a', '-o', 'jsonpath={.data.key}']), 'other');
    await good(['label', 'configmap', 'a', 'tier=front']);
    assert.match(await good(['get', 'configmap', '-l', 'tier=front', '-o', 'name']), /configmap\/a/);
    await good(['delete', 'configmap', 'a']);
    const gone = await kubectl(['get', 'configmap', 'a']);
    assert.match(gone.err, /configmaps "a" not found/);
  });

  test('applies, sees no difference, then sees one', async () => {
    const manifest = (size: string) =>
      JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied' }, data: { size } });
    await good(['apply', '-f', '-'], manifest('1'));
    assert.match(await good(['apply', '-f', '-'], manifest('1')), /unchanged/);
    assert.equal((await kubectl(['diff', '-f', '-'], manifest('1'))).code, 0);
    const differs = await kubectl(['diff', '-f', '-'], manifest('2'));
    assert.equal(differs.code, 1);
    assert.match(differs.out, /\+ {2}size: "2"/);
    await good(['apply', '--server-side', '--force-conflicts', '-f', '-'], manifest('3'));
    assert.equal(await good(['get', 'configmap', 'applied', '-o', 'jsonpath={.data.size}']), '3');
  });

  test('refuses an unknown field when it applies', async () => {
    const wrong = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'wrong' }, dta: { a: 'b' } };
    const { code, err } = await kubectl(['apply', '-f', '-'], JSON.stringify(wrong));
    assert.equal(code, 1);
    assert.match(err, /unknown field "dta"/);
  });

  test('knows resources, explains fields, asks what it may', async () => {
    assert.match(await good(['api-resources']), /deployments\s+deploy\s+apps\/v1\s+true\s+Deployment/);
    assert.match(await good(['explain', 'deployment.spec.replicas']), /FIELD: replicas/);
    assert.equal((await good(['auth', 'can-i', 'create', 'pods'])).trim(), 'yes');
    assert.match(await good(['auth', 'whoami']), /admin/);
    const asked = await kubectl(['auth', 'can-i', 'create', 'pods', '--as', 'somebody']);
    assert.equal(asked.out.trim(), 'no');
  });

  test('describes and waits', async () => {
    await good(['create', 'configmap', 'waited', '--from-literal=a=b']);
    assert.match(await good(['describe', 'configmap', 'waited']), /Name:\s+waited/);
    const waiting = good(['wait', '--for=jsonpath={.data.a}=c', 'configmap/waited', '--timeout=20s']);
    await good(['patch', 'configmap', 'waited', '-p', '{"data":{"a":"c"}}']);
    assert.match(await waiting, /condition met/);
    await good(['patch', 'configmap', 'waited', '-p', '{"metadata":{"finalizers":["example.com/hold"]}}']);
    const deleting = good(['delete', 'configmap', 'waited', '--timeout=20s']);
    await good(['patch', 'configmap', 'waited', '-p', '{"metadata":{"finalizers":null}}']);
    assert.match(await deleting, /deleted/);
  });

  test('reads logs, runs commands with their exit code, and attaches', async () => {
    await good(['apply', '--validate=false', '-f', '-'], pod);
    assert.equal(await good(['logs', 'web']), 'web/main: first\n');
    assert.match(await good(['logs', '-f', 'web']), /followed/);
    const refused = await kubectl(['logs', '--previous', 'web']);
    assert.match(refused.err, /BadRequest.*previous terminated container "main" not found/);
    assert.equal(await good(['exec', 'web', '--', 'echo', 'a b']), 'ran echo a b\n');
    assert.equal(await good(['exec', '-i', 'web', '--', 'cat'], 'hello'), 'ran cat\nhello');
    const failed = await kubectl(['exec', 'web', '--', 'fail']);
    assert.equal(failed.code, 3);
    assert.match(failed.err, /warned/);
    const [record] = await running.server.audit.search({ verb: 'exec', limit: 1 });
    assert.equal(record?.object, 'default/web');
  });

  test('forwards ports', async () => {
    await good(['apply', '--validate=false', '-f', '-'], pod);
    await good(['patch', 'pod', 'web', '--subresource=status', '-p', '{"status":{"phase":"Running"}}']);
    const env = { ...process.env, KUBECONFIG: join(place, 'config'), HOME: place };
    const child = spawn('kubectl', ['port-forward', 'pod/web', ':80', ':81', '--address', '127.0.0.1'], {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const ports = await forwarded(child.stdout);
      for (const word of ['hello', 'again'])
        assert.equal(await talk(ports[0] ?? 0, word), word.toUpperCase());
      assert.equal(await talk(ports[1] ?? 0, 'anyone?'), '', 'nothing listens there');
    } finally {
      child.kill('SIGTERM');
      await once(child, 'close');
    }
  });
});

/** Local ports that kubectl says it forwards, two of them (each is told for IPv4 here). */
function forwarded(out: NodeJS.ReadableStream): Promise<number[]> {
  return new Promise((resolve, reject) => {
    let text = '';
    out.on('data', chunk => {
      text += String(chunk);
      const ports = [...text.matchAll(/127\.0\.0\.1:(\d+) ->/g)].map(match => Number(match[1]));
      if (ports.length >= 2) resolve(ports);
    });
    out.on('close', () => reject(new Error(`kubectl said only: ${text}`)));
  });
}

async function talk(port: number, word: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.setEncoding('utf8').on('data', chunk => {
    heard += chunk;
    socket.end();
  });
  socket.on('error', () => {});
  socket.write(word);
  await once(socket, 'close');
  return heard;
}
