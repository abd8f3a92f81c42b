import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';

/** Direct children, eldest first. */
export function childrenOf(pid: number): number[] {
  const listed = read(`/proc/${pid}/task/${pid}/children`);
  if (listed !== undefined) return listed.split(' ').filter(Boolean).map(Number);
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(candidate => statOf(candidate)?.parent === pid);
}

/** When a process started, in clock ticks since the machine did: with the pid it names one process for ever. */
export function startOf(pid: number): string | undefined {
  return statOf(pid)?.start;
}

/** Sends a signal; false when there is no such process (any more). */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}

/** Whether there is such a process, or with a negative pid anybody in the group (kill(2), signal 0). */
export function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** proc(5): fields after the name, which is in parentheses and may hold anything. */
function statOf(pid: number): { parent: number; start: string } | undefined {
  const fields = read(`/proc/${pid}/stat`)?.split(') ').at(-1)?.split(' ');
  if (!fields) return undefined;
  return { parent: Number(fields[1]), start: fields[19] ?? '' };
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
