import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const REST_MS = 5000;

/** Until a platform that just became ready is at rest. */
export function rest(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, REST_MS));
}

/** Megabytes of a process: its proportional set size where the system has it, else the resident one. */
export function memoryOf(pid: number): number {
  const path = `/proc/${pid}/smaps_rollup`;
  if (existsSync(path)) return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(path, 'utf8'))?.[1] ?? 0) / 1024;
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
}

/** Megabytes that a process held at its fullest, libraries included; undefined where the system does not tell. */
export function mostMemoryOf(pid: number): number | undefined {
  const path = `/proc/${pid}/status`;
  if (!existsSync(path)) return undefined;
  const found = /^VmHWM:\s+(\d+)/m.exec(readFileSync(path, 'utf8'))?.[1];
  return found === undefined ? undefined : Number(found) / 1024;
}
