import { refuse } from '../dockerfile/parse.ts';
import type { BuildEnvironment } from './environment.ts';

const TIMEOUT_MS = 10_000;

/** Numbers of `user[:group]`, by name from the image's own `/etc/passwd` and `/etc/group`. */
export async function lookUpUser(
  build: Pick<BuildEnvironment, 'pool'>,
  layers: string[],
  text: string,
  line: number,
): Promise<{ uid: number; gid: number }> {
  const [user = '', group] = text.split(':');
  if (/^\d+$/.test(user) && (group === undefined || /^\d+$/.test(group))) {
    return { uid: Number(user), gid: Number(group ?? user) };
  }
  const files = await build.pool.run<{ passwd: string; group: string }>({
    module: new URL('./users-worker.ts', import.meta.url),
    task: 'readUsers',
    input: { layers },
    timeoutMs: TIMEOUT_MS,
  });
  const found = entry(files.passwd, user);
  const uid = /^\d+$/.test(user) ? Number(user) : Number(found?.[2]);
  const gid = group === undefined ? Number(found?.[3] ?? uid) : groupOf(files.group, group);
  if (Number.isInteger(uid) && Number.isInteger(gid)) return { uid, gid };
  throw refuse(line, `${JSON.stringify(text)}: the image has no such user or group`);
}

function groupOf(text: string, group: string): number {
  return /^\d+$/.test(group) ? Number(group) : Number(entry(text, group)?.[2]);
}

function entry(text: string, name: string): string[] | undefined {
  const line = text.split('\n').find(candidate => candidate.startsWith(`${name}:`));
  return line?.split(':');
}
