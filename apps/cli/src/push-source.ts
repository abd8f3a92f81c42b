import { spawn } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readConfig } from '@slipway/platform';
import { CommandError } from './output.ts';

export interface PushTarget {
  url: string;
  token: string;
  /** Path of the CA's certificate. */
  ca: string;
}

/** Settings that keep this machine's own Git configuration, hooks and prompts out of it. */
const NEUTRAL = { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_TERMINAL_PROMPT: '0' };
const IDENTITY = [
  '-c',
  'user.name=slipway',
  '-c',
  'user.email=slipway@slipway.internal',
  '-c',
  'commit.gpgsign=false',
];

/**
 * Makes a bare repository of a folder (its Git history when it is a repository, else its files as one commit) or of a
 * Git address, for as long as `work` needs it. The source itself is not touched.
 */
export async function withRepository(
  source: string,
  work: (repository: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-import-'));
  try {
    const isAddress = /^(https?|ssh|git|file):\/\/|^[\w.-]+@[\w.-]+:/.test(source);
    const repository = isAddress
      ? await cloneAddress(source, folder)
      : await repositoryOf(resolve(source), folder);
    await work(repository);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function cloneAddress(address: string, work: string): Promise<string> {
  const repository = join(work, 'repository');
  await cloneAsPerson([address, repository]);
  return repository;
}

async function repositoryOf(folder: string, work: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) throw new CommandError(`${folder}: there is no such folder`, { exitCode: 2 });
  const history = await stat(join(folder, '.git')).catch(() => undefined);
  const repository = join(work, 'repository');
  if (history) {
    await cloneAsPerson([folder, repository]);
    return repository;
  }
  await git(['init', '--quiet', '--bare', '--initial-branch=main', repository]);
  await writeFile(join(repository, 'info', 'exclude'), 'node_modules/\n.git/\n');
  const own = [...IDENTITY, '--git-dir', repository, '--work-tree', folder];
  await git([...own, 'add', '--all', '--', '.']);
  await git([...own, 'commit', '--quiet', '--allow-empty', '--message', 'Import']);
  return repository;
}

/** Pushes what the repository's HEAD names to the branch `main` of the target. */
export async function push(repository: string, { url, token, ca }: PushTarget): Promise<void> {
  const basic = Buffer.from(`local-admin:${token}`).toString('base64');
  // By the environment: arguments are seen by every process of this machine.
  const secret = {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.extraHeader',
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
  };
  const { hostname, port } = new URL(url);
  const reach = [
    '-c',
    `http.sslCAInfo=${ca}`,
    '-c',
    `http.curloptResolve=${hostname}:${port || 443}:127.0.0.1`,
  ];
  await git(
    [...reach, '--git-dir', repository, 'push', '--quiet', '--force', '--', url, 'HEAD:refs/heads/main'],
    secret,
  );
}

/** With the person's own Git configuration: credentials, trusted folders and proxies for where the source lies. */
function cloneAsPerson(places: [from: string, to: string]): Promise<void> {
  return git(['clone', '--quiet', '--bare', '--no-hardlinks', '--', ...places], 'inherit');
}

function git(args: string[], extra: Record<string, string> | 'inherit' = {}): Promise<void> {
  return new Promise((resolvePromise, reject) => {
    const neutral = { PATH: readConfig().searchPath, HOME: tmpdir(), ...NEUTRAL };
    const child = spawn('git', args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(extra === 'inherit' ? {} : { env: { ...neutral, ...extra } }),
    });
    let errors = '';
    child.stderr?.on('data', chunk => {
      errors = `${errors}${chunk}`.slice(-2000);
    });
    child.once('error', error =>
      reject(new CommandError(`git cannot be run: ${error.message}`, { next: 'install git' })),
    );
    child.once('exit', code => {
      if (code === 0) return resolvePromise();
      const verb = args.find(arg => ['clone', 'init', 'add', 'commit', 'push'].includes(arg)) ?? 'git';
      reject(new CommandError(`git ${verb} failed: ${causeIn(errors)}`));
    });
  });
}

/** The lines in which Git and the server say what is wrong, without the advice around them. */
function causeIn(errors: string): string {
  const lines = errors.split('\n').map(line => line.trim());
  const causes = lines.filter(line => /^(fatal|error|remote): \S/.test(line));
  return (causes.length > 0 ? causes : lines).slice(0, 4).join('; ');
}
