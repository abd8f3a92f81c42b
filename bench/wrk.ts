import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Load } from './load.ts';

const run = promisify(execFile);
const UNITS_MS: Record<string, number> = { us: 0.001, ms: 1, s: 1000 };

/** Keeps `connections` busy for `seconds`; one thread, for the proxies need the other core. */
export async function wrk(
  url: string,
  load: { connections: number; seconds: number; host?: string; headers?: Record<string, string> },
): Promise<Load> {
  const host = load.host ? ['-H', `Host: ${load.host}`] : [];
  const others = Object.entries(load.headers ?? {}).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const args = ['--latency', '-t1', `-c${load.connections}`, `-d${load.seconds}s`, ...host, ...others, url];
  const { stdout } = await run('wrk', args);
  const failed = /Non-2xx or 3xx responses: \d+|Socket errors: .*/.exec(stdout);
  // Connections that break now and then are said, not fatal: wrk opens them again and counts on.
  if (failed) process.stderr.write(`wrk ${url}, ${load.connections} connections: ${failed[0]}\n`);
  return {
    perSecond: Number(/Requests\/sec: +([\d.]+)/.exec(stdout)?.[1]),
    p50: percentile(stdout, 50),
    p99: percentile(stdout, 99),
  };
}

function percentile(report: string, share: number): number {
  const [, value, unit] = new RegExp(`\\b${share}% +([\\d.]+)(us|ms|s)`).exec(report) ?? [];
  return Number(value) * (UNITS_MS[unit ?? ''] ?? Number.NaN);
}
