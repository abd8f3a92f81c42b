import type { Clock } from '@slipway/api';
import type { Client } from '@slipway/client';
import { type Door, GIT_HOST, PLATFORM_GIT, SYSTEM_NAMESPACE } from '@slipway/definition';
import { Secret } from '@slipway/kinds';

/** A Secret is read again after this long: its password may be another by then. */
const KEPT_MS = 30_000;

export interface GitDoorOptions {
  /** May read the one Secret. */
  client: Client;
  clock: Clock;
  /** Whether Services' names lead to the tools. */
  isInside: boolean;
  /** Where people reach the Git server of this platform. */
  publicUrl: string;
  ca: string;
}

/** How our own engines enter the Git server of a cluster: with the account that was granted to them, if one was. */
export function gitDoor(options: GitDoorOptions): (name: string) => Promise<Door | undefined> {
  const { clock } = options;
  let kept: { at: number; door: Promise<Door | undefined> } | undefined;
  return async name => {
    if (name !== GIT_HOST) return undefined;
    if (kept && clock.now() - kept.at < KEPT_MS) return kept.door;
    const mine = { at: clock.now(), door: readDoor(options) };
    kept = mine;
    // What is not there yet is looked for by whoever asks next.
    const forget = () => {
      if (kept === mine) kept = undefined;
    };
    mine.door.then(door => door ?? forget(), forget);
    return mine.door;
  };
}

async function readDoor({ ca, ...options }: GitDoorOptions): Promise<Door | undefined> {
  const account = await gitAccount(options);
  if (!account) return undefined;
  const { url, username, password } = account;
  return {
    url,
    authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
    ca,
  };
}

/** An account at a Git server. */
export interface GitAccount {
  /** What all clone URLs begin with, without a slash at its end. */
  url: string;
  username: string;
  password: string;
}

/** The account of the platform's own engines; undefined: nobody granted one. */
export async function gitAccount({
  client,
  isInside,
  publicUrl,
}: Pick<GitDoorOptions, 'client' | 'isInside' | 'publicUrl'>): Promise<GitAccount | undefined> {
  const secret = await client.find(Secret, { namespace: SYSTEM_NAMESPACE, name: PLATFORM_GIT });
  const value = (key: string) => Buffer.from(secret?.data?.[key] ?? '', 'base64').toString();
  const [username, password, url] = [value('username'), value('password'), value('url')];
  if (!username || !password || !url) return undefined;
  const isService = new URL(url).hostname.endsWith('.svc.cluster.local');
  return { url: (isService && !isInside ? publicUrl : url).replace(/\/+$/, ''), username, password };
}
