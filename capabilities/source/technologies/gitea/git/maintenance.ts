import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Log, messageOf } from '@slipway/api';
import { runGit } from '@slipway/sources';

/** Keeps repositories quick to read: each push or commit may leave a pack, and git looks into all of them. */
export interface Maintenance {
  /** Called after each change; does its work later, and one repository at a time. */
  changed(repository: string): void;
}

const CHECK_EVERY = 20;
const MOST_PACKS = 30;
/** Loose objects spread evenly over 256 folders: a few of them tell of all, as git itself counts. */
const SAMPLED = ['17', '5a', '9c', 'e3'];
/** About a thousand loose objects in all. */
const MOST_SAMPLED = 16;

export function createMaintenance(options: {
  log: Log;
  env: Record<string, string>;
  signal: AbortSignal;
}): Maintenance {
  const { log, signal } = options;
  const changes = new Map<string, number>();
  let last: Promise<void> = Promise.resolve();
  return {
    changed: repository => {
      const count = (changes.get(repository) ?? 0) + 1;
      changes.set(repository, count % CHECK_EVERY);
      if (count < CHECK_EVERY) return;
      last = last
        .then(() => (signal.aborted ? undefined : tidy(repository, options)))
        .catch(error => {
          if (!signal.aborted)
            log.warn('a repository was not tidied', { repository, error: messageOf(error) });
        });
    },
  };
}

/** Joins packs and packs loose objects; git keeps what it does not understand, and what was pushed this fortnight. */
async function tidy(
  repository: string,
  { env, signal }: { env: Record<string, string>; signal: AbortSignal },
): Promise<void> {
  const names = await readdir(join(repository, 'objects/pack')).catch(() => []);
  const packs = names.filter(name => name.endsWith('.pack')).length;
  const loose = await Promise.all(
    SAMPLED.map(folder => readdir(join(repository, 'objects', folder)).catch(() => [])),
  );
  if (packs < MOST_PACKS && loose.flat().length < MOST_SAMPLED) return;
  const settings = [
    '-c',
    'gc.auto=1',
    '-c',
    `gc.autoPackLimit=${MOST_PACKS - 1}`,
    '-c',
    'gc.autoDetach=false',
  ];
  await runGit(['--git-dir', repository, ...settings, 'gc', '--auto', '--quiet'], {
    env,
    signal,
    timeoutMs: 10 * 60_000,
  });
}
