import { writeSync } from 'node:fs';
import { styleText } from 'node:util';
import { endUnwritten, endWhenUnwritten } from './unwritten-output.ts';

export type Format = 'table' | 'json' | 'yaml';

/** Exit codes that every command keeps (experience.md). */
export const EXIT = { done: 0, failed: 1, usage: 2, unhealthy: 3 } as const;

let yaml: ((value: unknown) => string) | undefined;

/** Loads what a format needs beforehand: most commands print tables, and YAML takes a while to load. */
export async function prepareOutput(format: Format): Promise<void> {
  if (format !== 'yaml') return;
  const { stringify } = await import('./yaml-text.ts');
  yaml = stringify;
}

/** Prints one result to standard output: as JSON or YAML it is the value itself, as a table the given rows. */
export function print(format: Format, value: unknown, table: () => string): void {
  const text = {
    json: () => `${JSON.stringify(value)}\n`,
    yaml: () => asYaml(value),
    table: () => `${table()}\n`,
  };
  write(text[format]());
}

/**
 * Writes a text to standard output at once. Node's own stream for it takes a twentieth of a small chart's time to load:
 * it comes in only where somebody made this a pipe that may be full.
 */
export function write(text: string): void {
  const bytes = Buffer.from(text);
  let from = 0;
  try {
    while (from < bytes.length) from += writeSync(1, bytes, from);
  } catch (error) {
    const reason = error as NodeJS.ErrnoException;
    if (reason.code === 'EAGAIN') writeLater(bytes.subarray(from));
    if (reason.code !== 'EAGAIN') endUnwritten(reason);
  }
}

function writeLater(bytes: Buffer): void {
  endWhenUnwritten();
  process.stdout.write(bytes);
}

function asYaml(value: unknown): string {
  if (!yaml) throw new Error('output as YAML was not prepared');
  return yaml(value);
}

/** Progress and explanations go to standard error, so that standard output stays the result. */
export function say(line: string): void {
  endWhenUnwritten();
  process.stderr.write(`${line}\n`);
}

/** Columns padded to their widest cell; the first row is the heading. */
export function columns(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_cell, index) =>
    Math.max(...rows.map(row => (row[index] ?? '').length)),
  );
  const line = (row: string[]) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}

/** Coloured only where a terminal shows it. */
export function mark(healthy: boolean): string {
  return healthy ? styleText('green', 'ok') : styleText('red', 'not ready');
}

/** A failure as people see it: what failed, the cause, the next command. */
export class CommandError extends Error {
  readonly exitCode: number;
  readonly next: string | undefined;
  constructor(message: string, options: { exitCode?: number; next?: string } = {}) {
    super(message);
    this.name = 'CommandError';
    this.exitCode = options.exitCode ?? EXIT.failed;
    this.next = options.next;
  }
}

/** `1.2 s`, `350 ms`. */
export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
