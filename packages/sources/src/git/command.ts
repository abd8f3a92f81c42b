import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { SlipwayError } from '@slipway/api';

export interface GitOptions {
  cwd?: string;
  /** Added to the hermetic environment. Secrets go here (as configuration), never into arguments. */
  env?: Record<string, string>;
  signal?: AbortSignal;
}

export interface RunOptions extends GitOptions {
  input?: string | Uint8Array;
  /** Default 64 MiB. */
  maxOutputBytes?: number;
  /** Default 120,000. */
  timeoutMs?: number;
}

export interface GitResult {
  stdout: Buffer;
  stderr: string;
}

/** `code` is `GitFailed`, `GitMissing`, `GitTimeout` or `GitOutputTooLarge`; `stderr` is git's own text. */
export class GitError extends SlipwayError {
  readonly stderr: string;
  readonly exitCode: number | undefined;
  constructor(
    code: string,
    message: string,
    details: { stderr?: string; exitCode?: number | undefined } = {},
  ) {
    super(code, message);
    this.name = 'GitError';
    this.stderr = details.stderr ?? '';
    this.exitCode = details.exitCode;
  }
}

/** Folders where git is looked for. The platform sets its own PATH here; nothing else of the environment is used. */
let searchPath = '/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin';

/** Says where git and what it starts are found (a PATH value). Called once by the composition root, if at all. */
export function useGitPath(path: string): void {
  searchPath = path;
}

const MOST_STDERR = 64 * 1024;

/** No system or user configuration, no prompts, no hooks of a machine, no other protocol than HTTP(S). */
function hermeticEnv(env: Record<string, string> = {}): Record<string, string> {
  return {
    PATH: searchPath,
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    GIT_ALLOW_PROTOCOL: 'http:https',
    ...env,
  };
}

/** Starts the system's git with an argument array. The caller owns its streams. */
export function spawnGit(
  args: string[],
  options: GitOptions = {},
): ChildProcessByStdio<Writable, Readable, Readable> {
  return spawn('git', args, {
    ...(options.cwd ? { cwd: options.cwd } : {}),
    // git removes its locks and drafts when it is asked to end, not when it is killed.
    ...(options.signal ? { signal: options.signal, killSignal: 'SIGTERM' } : {}),
    env: hermeticEnv(options.env),
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
}

/**
 * Runs git to its end.
 * @example
 * const { stdout } = await runGit(['rev-parse', 'HEAD'], { cwd: repository });
 * @throws GitError GitFailed with git's own last lines; GitMissing when there is no git
 */
export async function runGit(args: string[], options: RunOptions = {}): Promise<GitResult> {
  const { timeoutMs = 120_000, maxOutputBytes = 64 * 1024 * 1024 } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  const child = spawnGit(args, { ...options, signal });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let size = 0;
  let errorSize = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxOutputBytes) child.kill('SIGTERM');
    else stdout.push(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errorSize += chunk.length;
    if (errorSize <= MOST_STDERR) stderr.push(chunk);
  });
  // git may end before it read everything: its exit code says what went wrong, not the broken pipe.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input);
  const exitCode = await exitOf(child, args).catch(error => {
    if (timeout.aborted)
      throw new GitError('GitTimeout', `git ${verbOf(args)}: not finished after ${timeoutMs} ms`);
    options.signal?.throwIfAborted();
    throw error;
  });
  const text = Buffer.concat(stderr).toString();
  if (size > maxOutputBytes)
    throw new GitError(
      'GitOutputTooLarge',
      `git ${verbOf(args)}: more than ${maxOutputBytes} bytes of output`,
    );
  if (exitCode !== 0)
    throw new GitError('GitFailed', `git ${verbOf(args)}: ${lastLines(text, exitCode)}`, {
      stderr: text,
      exitCode,
    });
  return { stdout: Buffer.concat(stdout), stderr: text };
}

/** Exit code of a git that was started; 128 + n stands for a signal. Rejects when it cannot be started. */
export function exitOf(child: ReturnType<typeof spawnGit>, args: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', error => {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      const message = `git ${verbOf(args)}: git cannot be started; install git, or check that the folder exists`;
      reject(missing ? new GitError('GitMissing', message) : error);
    });
    child.once('close', (code, signal) => resolve(code ?? (signal ? 137 : 1)));
  });
}

/** The subcommand, for messages: options before it (`-c key=value`) say nothing to a person. */
function verbOf(args: string[]): string {
  const at = args.findIndex((arg, index) => !arg.startsWith('-') && args[index - 1] !== '-c');
  return args[at] ?? '';
}

function lastLines(stderr: string, exitCode: number): string {
  const lines = stderr
    .split(/[\r\n]+/)
    .map(line => line.trim())
    .filter(line => line !== '');
  const telling = lines.filter(line =>
    /^(fatal|error|remote|ssh):|^Host key verification failed|: Permission denied \(/.test(line),
  );
  return (telling.length > 0 ? telling : lines).slice(-3).join('; ') || `exit code ${exitCode}`;
}
