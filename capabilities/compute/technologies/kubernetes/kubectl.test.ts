// kubectl against real pods: logs, exec, attach, cp, port-forward.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Pod } from '@slipway/kinds';
import { isReady, podOf, until } from '../../conformance.ts';
import { type Kubectl, kubectlFor, missingTool } from './kubectl.fixture.ts';
import { openTestbed, subjectOf, type Testbed } from './testbed.ts';

const skip = missingTool();

describe('kubectl with pods', { skip, timeout: 60_000 }, () => {
  let bed: Testbed;
  let kubectl: Kubectl;
  before(async () => {
    bed = await openTestbed({ listen: true });
    kubectl = kubectlFor(bed);
  });
  after(() => bed?.close());

  /** A ready pod; resolves with its name. */
  async function ready(...containers: Parameters<typeof podOf>[1]['containers']): Promise<string> {
    const pod = podOf(subjectOf(bed), { containers, terminationGracePeriodSeconds: 0 });
    await bed.client.create(Pod, pod);
    await until(subjectOf(bed), pod, isReady);
    return pod.metadata.name ?? '';
  }
  const good = async (args: string[], input?: string) => {
    const { code, out, err } = await kubectl.run(args, input);
    assert.equal(code, 0, `kubectl ${args.join(' ')}: ${err}`);
    return out;
  };

  test('logs -f shows what comes until the container ends', async () => {
    const script = 'echo one; sleep 0.3; echo two >&2; sleep 0.3; echo three';
    const name = await ready({ command: ['sh', '-c', `${script}; sleep 0.3`] });
    assert.equal(await good(['logs', '-f', name]), 'one\ntwo\nthree\n');
  });

  test('logs --all-containers --prefix names who said what', async () => {
    const name = await ready(
      { command: ['sh', '-c', 'echo hello; sleep 1000'] },
      { command: ['sh', '-c', 'echo world; sleep 1000'] },
    );
    const text = await good(['logs', name, '--all-containers', '--prefix']);
    assert.match(text, /^\[pod\/pod-\d+\/c0\] hello$/m);
    assert.match(text, /^\[pod\/pod-\d+\/c1\] world$/m);
    const unnamed = await kubectl.run(['logs', name, '-c', 'none']);
    assert.match(unnamed.err, /container none is not valid for pod/);
  });

  test('exec gives output, errors and exit code; input with -i', async () => {
    const name = await ready({ command: ['sleep', '1000'] });
    const rows = [
      {
        args: ['sh', '-c', 'echo out; echo err >&2'],
        want: [0, 'out\n', 'err\n'],
        because: 'streams are apart',
      },
      {
        args: ['sh', '-c', 'exit 7'],
        want: [7, '', 'command terminated with exit code 7\n'],
        because: 'kubectl ends as the command did',
      },
      { args: ['cat'], want: [0, '', ''], because: 'without -i there is no input' },
    ];
    for (const { args, want, because } of rows) {
      const { code, out, err } = await kubectl.run(['exec', name, '--', ...args], 'never read');
      assert.deepEqual([code, out, err], want, because);
    }
    const large = 'x'.repeat(300_000);
    assert.equal((await good(['exec', '-i', name, '--', 'cat'], large)).length, large.length);
    const absent = await kubectl.run(['exec', name, '--', 'no-such-program']);
    assert.equal(absent.code, 1);
    assert.match(absent.err, /exec: "no-such-program": executable file not found in \$PATH/);
  });

  test('exec -it has a terminal of the size of ours', async () => {
    const name = await ready({ command: ['sleep', '1000'] });
    const { code, out } = await kubectl.onTerminal(
      [
        'exec',
        '-it',
        name,
        '--',
        'sh',
        '-c',
        // kubectl tells the size when the terminal is there already, as to every server.
        'echo begin; read line; until [ "$(stty size)" != "0 0" ]; do sleep 0.05; done; stty size; echo "<$line>"; exit 5',
      ],
      'typed\n',
    );
    assert.match(out, /begin/);
    assert.match(out, /40 100/);
    assert.match(out, /<typed>/);
    assert.equal(code, 5, out);
  });

  test('attach shows what comes from then on, and passes input to the main process', async () => {
    const script = 'echo ready; while read line; do echo "heard $line"; done; echo over; sleep 1000';
    const name = await ready({ command: ['sh', '-c', script], stdin: true, stdinOnce: true });
    const child = kubectl.start(['attach', '-i', name]);
    let out = '';
    child.stdout?.on('data', chunk => {
      out += String(chunk);
      if (out.includes('heard two')) child.stdin?.end();
      if (out.includes('over')) child.kill('SIGINT');
    });
    child.stdin?.write('one\ntwo\n');
    await once(child, 'close');
    assert.match(out, /heard one\nheard two\nover\n/);
    assert.match(await good(['logs', name]), /^ready\nheard one\nheard two\nover\n$/);
  });

  test('attach -it to a container with a terminal', async () => {
    const script = 'echo begin; read line; test -t 1 && stty size; echo "<$line>"; sleep 0.2';
    const pod = podOf(subjectOf(bed), {
      restartPolicy: 'Never',
      containers: [{ command: ['sh', '-c', `sleep 1; ${script}`], stdin: true, stdinOnce: true, tty: true }],
    });
    await bed.client.create(Pod, pod);
    await until(subjectOf(bed), pod, isReady);
    const { out } = await kubectl.onTerminal(['attach', '-it', pod.metadata.name ?? ''], 'typed\n');
    assert.match(out, /40 100/);
    assert.match(out, /<typed>/);
  });

  test('run --rm -i gives back the output and removes the pod', async () => {
    const image = `--image=${bed.image}`;
    const out = await good(
      ['run', 'once', '--rm', '-i', '--restart=Never', image, '--', 'sh', '-c', 'cat; echo end'],
      'in ',
    );
    assert.match(out, /in end\n/);
    const { err } = await kubectl.run(['get', 'pod', 'once']);
    assert.match(err, /not found/);
  });

  test('cp takes files in and out', async () => {
    const name = await ready({ command: ['sleep', '1000'] });
    const folder = join(bed.folder, 'files');
    mkdirSync(join(folder, 'deep'), { recursive: true });
    const large = 'line\n'.repeat(100_000);
    writeFileSync(join(folder, 'deep', 'large'), large);
    await good(['cp', folder, `${name}:/tmp/files`]);
    assert.equal(await good(['exec', name, '--', 'cat', '/tmp/files/deep/large']), large);
    await good(['cp', `${name}:/tmp/files/deep/large`, join(bed.folder, 'back')]);
    assert.equal(readFileSync(join(bed.folder, 'back'), 'utf8'), large);
  });

  test('port-forward carries many connections, and tells that nothing listens', async () => {
    const echo = (host: string, port: number) =>
      `require("net").createServer(s => s.pipe(s)).listen(${port}, "${host}")`;
    const server = `${echo('0.0.0.0', 7007)}; ${echo('127.0.0.1', 7009)}`;
    const name = await ready({
      command: ['node', '-e', server],
      readinessProbe: { tcpSocket: { port: 7007 } },
    });
    const child = kubectl.start([
      'port-forward',
      `pod/${name}`,
      ':7007',
      ':7009',
      ':7008',
      '--address',
      '127.0.0.1',
    ]);
    const ended = once(child, 'close');
    let complaint = '';
    child.stderr?.on('data', chunk => {
      complaint += String(chunk);
    });
    try {
      const [port = 0, inner = 0, none = 0] = await forwarded(child.stdout, 3);
      const words = Array.from({ length: 8 }, (_, index) => `word ${index} ${'x'.repeat(50_000)}`);
      assert.deepEqual(await Promise.all(words.map(word => talk(port, word))), words);
      assert.equal(await talk(inner, 'inside'), 'inside', 'the pod’s own loopback');
      assert.equal(await talk(none, 'anyone?'), '');
      assert.match(complaint, /failed to connect to localhost:7008 inside the pod: connection refused/);
    } finally {
      child.kill('SIGTERM');
      await ended;
    }
  });
});

/** Local ports that kubectl says it forwards. */
function forwarded(out: NodeJS.ReadableStream | null, count: number): Promise<number[]> {
  return new Promise((resolve, reject) => {
    let text = '';
    out?.on('data', chunk => {
      text += String(chunk);
      const ports = [...text.matchAll(/127\.0\.0\.1:(\d+) ->/g)].map(match => Number(match[1]));
      if (ports.length >= count) resolve(ports);
    });
    out?.on('close', () => reject(new Error(`kubectl said only: ${text}`)));
  });
}

/** Sends, reads an answer as long as the question, ends. */
async function talk(port: number, word: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  let heard = '';
  socket.setEncoding('utf8').on('data', chunk => {
    heard += chunk;
    // kubectl does not pass on that one side has ended, so the end comes after the answer.
    if (heard.length === word.length) socket.end();
  });
  socket.on('error', () => {});
  socket.write(word);
  await once(socket, 'close');
  return heard;
}
