import { actorToken } from './actor.ts';
import { type Connection, connect } from './connection.ts';
import type { GlobalOptions } from './global-options.ts';
import { CommandError, EXIT } from './output.ts';

export interface ChangeOptions extends GlobalOptions {
  tokenFile?: string;
}

/** Gitea's PullRequest, as far as it is printed. */
export interface Pull {
  number: number;
  title: string;
  body: string;
  state: 'open' | 'closed';
  merged: boolean;
  mergeable: boolean;
  user: { login: string };
  head: { ref: string; sha: string };
  base: { ref: string };
  merge_commit_sha: string | null;
  html_url: string;
}

/** One repository's pull requests, as whoever decides. */
export interface Changes {
  connection: Connection;
  /** Calls `/repos/<team>/<repository>/pulls<path>`. @throws CommandError with the server's own words */
  call<T>(path: string, options?: { method?: string; body?: unknown }): Promise<T>;
}

/**
 * @param repository `team/name`, or the name alone of a repository of the team `default`
 * @throws CommandError for what is no repository's name
 */
export async function changesOf(repository: string, options: ChangeOptions): Promise<Changes> {
  const [, team = 'default', name] = /^(?:([a-z0-9-]+)\/)?([A-Za-z0-9._-]+)$/.exec(repository) ?? [];
  if (!name)
    throw new CommandError(`repository ${JSON.stringify(repository)}: <team>/<name> is allowed`, {
      exitCode: EXIT.usage,
    });
  const connection = await connect(options);
  const token = await actorToken(connection, options);
  const root = `${connection.platform.git}/api/v1/repos/${team}/${name}/pulls`;
  return {
    connection,
    call: async (path, request = {}) => {
      const { status, body } = await connection.fetch(root + path, { ...request, token, timeoutMs: 60_000 });
      if (status < 300) return body === '' ? undefined : JSON.parse(body);
      throw new CommandError(`${team}/${name}: ${messageIn(body) || status}`, {
        next: `slipway change list ${team}/${name} --state all`,
      });
    },
  };
}

function messageIn(body: string): string {
  try {
    return String((JSON.parse(body) as { message?: string }).message ?? '');
  } catch {
    return body.slice(0, 200);
  }
}

/** @throws CommandError for what is no number */
export function changeNumber(text = ''): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new CommandError(`change ${JSON.stringify(text)}: a number is allowed`, { exitCode: EXIT.usage });
}

export function stateOf({ state, merged }: Pull): string {
  return merged ? 'merged' : state;
}
