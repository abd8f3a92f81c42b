// Against a real sshd that this user runs; SLIPWAY_SSHD names one that is not where it usually is.
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { type GitServer, startGitServer } from '../git-server.fixture.ts';
import type { SshAccess } from './ssh.ts';
import { fetchTree } from './submodules.ts';

const run = promisify(execFile);
const SSHD = process.env.SLIPWAY_SSHD ?? '/usr/sbin/sshd';

async function why(): Promise<string | false> {
  const missing = await access(SSHD).then(
    () => false,
    () => true,
  );
  if (missing) return 'sshd is not on this machine';
  // Privilege separation wants a user and a folder of the system's.
  return process.getuid?.() === 0 ? 'sshd as root needs the machine’s own setup; run as a user' : false;
}
const skip = await why();

let folder: string;
let server: GitServer;
let sshd: ChildProcess;
let port: number;
let good: SshAccess;

before(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), 'slipway-ssh-'));
  server = await startGitServer();
  await server.commit({ 'a.yaml': 'a: 1\n' });
  for (const name of ['host', 'client', 'stranger'])
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(folder, name)]);
  port = await freePort();
  const config = [
    'ListenAddress 127.0.0.1',
    `Port ${port}`,
    `HostKey ${join(folder, 'host')}`,
    `AuthorizedKeysFile ${join(folder, 'client.pub')}`,
    `PidFile ${join(folder, 'pid')}`,
    'UsePAM no',
    'StrictModes no',
    'PasswordAuthentication no',
  ];
  await writeFile(join(folder, 'config'), `${config.join('\n')}\n`);
  sshd = spawn(SSHD, ['-D', '-e', '-f', join(folder, 'config')], { stdio: 'ignore' });
  await listening();
  const host = (await readFile(join(folder, 'host.pub'), 'utf8')).trim();
  good = {
    privateKey: await readFile(join(folder, 'client'), 'utf8'),
    knownHosts: `[127.0.0.1]:${port} ${host}`,
  };
});
after(async () => {
  if (skip) return;
  sshd.kill();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** sshd takes no port 0. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>(resolve => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise(resolve => probe.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

async function listening(): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const open = await new Promise<boolean>(resolve => {
      const socket = createConnection({ host: '127.0.0.1', port }, () => resolve(true));
      socket.on('error', () => resolve(false)).on('connect', () => socket.destroy());
    });
    if (open) return;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  throw new Error('sshd does not listen');
}

function fetch(ssh: SshAccess) {
  const url = `ssh://${userInfo().username}@127.0.0.1:${port}${join(server.folder, 'served.git')}`;
  const remote = { url, ssh };
  return fetchTree({
    ...remote,
    revision: 'main',
    cacheFolder: join(folder, 'cache'),
    remoteOf: async () => remote,
  });
}

test('a repository is fetched over SSH with a key and known hosts', { skip }, async () => {
  const { revision } = await fetch(good);
  assert.match(revision, /^[0-9a-f]{40}$/);
  await fetch({ ...good, knownHosts: '', insecureIgnoreHostKey: true });
});

test('an unknown host, and a key that the server does not know, are refused', { skip }, async () => {
  await assert.rejects(fetch({ ...good, knownHosts: '' }), /Host key verification failed/);
  const stranger = { ...good, privateKey: await readFile(join(folder, 'stranger'), 'utf8') };
  await assert.rejects(fetch(stranger), /Permission denied \(publickey/);
});
