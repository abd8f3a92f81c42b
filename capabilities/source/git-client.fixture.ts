// A real git client for tests: no configuration of this machine, credentials through the environment.
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface GitClient {
  /** Standard output and error; rejects with both in `stderr` when git fails. */
  git(args: string[], cwd?: string): Promise<{ stdout: string; stderr: string }>;
  /** As `git`, for what must fail: git's error text. */
  refused(args: string[], cwd?: string): Promise<string>;
  /** Writes files, commits them; the new commit's id. */
  commit(folder: string, files: Record<string, string | Buffer>, message?: string): Promise<string>;
  env: Record<string, string>;
}

export function gitClient({ caFile, token }: { caFile: string; token?: string }): GitClient {
  const basic = token ? Buffer.from(`anyone:${token}`).toString('base64') : '';
  const settings = [
    ['http.sslCAInfo', caFile],
    // Reading all that this machine trusts takes longer than most calls.
    ['http.sslCAPath', '/nonexistent'],
    ['user.name', 'Ada'],
    ['user.email', 'ada@example.test'],
    ['init.defaultBranch', 'main'],
    ['commit.gpgSign', 'false'],
    ...(token ? [['http.extraHeader', `Authorization: Basic ${basic}`]] : []),
  ];
  const env: Record<string, string> = {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_COUNT: String(settings.length),
  };
  for (const [index, [key = '', value = '']] of settings.entries()) {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  const git = (args: string[], cwd?: string) =>
    run('git', args, { env, maxBuffer: 64 * 1024 * 1024, ...(cwd ? { cwd } : {}) });
  return {
    env,
    git,
    refused: async (args, cwd) => {
      const failure = await git(args, cwd).then(
        () => undefined,
        error => error as { stderr: string },
      );
      if (!failure) throw new Error(`git ${args.join(' ')} did not fail`);
      return failure.stderr;
    },
    commit: async (folder, files, message = 'a change') => {
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), content);
      }
      await git(['add', '--all'], folder);
      await git(['commit', '--quiet', '--allow-empty', '-m', message], folder);
      return (await git(['rev-parse', 'HEAD'], folder)).stdout.trim();
    },
  };
}
