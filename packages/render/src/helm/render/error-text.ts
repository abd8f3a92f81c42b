import { MESSAGE_END, MESSAGE_START } from './engine-functions.ts';

interface Trace {
  location: string;
  message: string;
  executed: string;
}

/** Helm's words for a template that cannot be parsed. */
export function parseErrorText(file: string, message: string): string {
  const parts = message.split(': ');
  if (parts.length === 1) return `parse error in (${file}): ${message}`;
  return `parse error at (${parts[1]}): ${parts.at(-1)}`;
}

/**
 * Helm's words for a template that failed: what the chart's author said, or the way from the file to the place at fault,
 * one template per line, when the whole chain of errors is made of templates.
 */
export function executionErrorText(file: string, error: Error): string {
  const { message } = error;
  const [, location, rest] = /^((?:(?!: ).)*): ((?:(?!: ).)*): /s.test(message) ? splitThree(message) : [];
  if (location === undefined || rest === undefined) return `execution error in (${file}): ${message}`;
  const said = authorsMessage(rest);
  if (said !== undefined) return `execution error at (${location}): ${said}`;
  const traces: Trace[] = [];
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    const trace = traceOf(current.message);
    if (!trace) return withoutRepetition(message);
    const last = traces.at(-1);
    if (
      last &&
      last.location === trace.location &&
      last.message === trace.message &&
      last.executed === trace.executed
    )
      continue;
    traces.push(trace);
  }
  return traces.map(traceText).join('').trim();
}

const CALLING = 'error calling include: ';

/** A template that includes itself without end says so once, not a thousand times. */
function withoutRepetition(message: string): string {
  const parts = message.split(CALLING);
  return parts.filter((part, index) => part !== parts[index - 1]).join(CALLING);
}

/** `template`, its place, and everything behind. */
function splitThree(message: string): [string, string, string] {
  const first = message.indexOf(': ');
  const second = message.indexOf(': ', first + 2);
  return [message.slice(0, first), message.slice(first + 2, second), message.slice(second + 2)];
}

function authorsMessage(text: string): string | undefined {
  const start = text.indexOf(MESSAGE_START);
  const end = text.lastIndexOf(MESSAGE_END);
  if (start < 0 || end < start + MESSAGE_START.length) return undefined;
  return text.slice(start + MESSAGE_START.length, end);
}

function traceText({ location, message, executed }: Trace): string {
  const lines = [
    location === '' ? '' : `${location}\n  `,
    executed === '' ? '' : `${executed}\n    `,
    message === '' ? '' : `${message}\n`,
  ];
  return lines.join('');
}

const PREFIX = 'template: ';

function traceOf(text: string): Trace | undefined {
  if (!text.startsWith(PREFIX)) return undefined;
  const rest = text.slice(PREFIX.length);
  if (rest.startsWith('no template ')) return { location: '', message: text, executed: '' };
  return executingTrace(rest) ?? simpleTrace(rest);
}

/** `name:1:2: executing "f" at <.x>: message` */
function executingTrace(text: string): Trace | undefined {
  const cut = text.indexOf(': executing ');
  if (cut < 0) return undefined;
  const after = text.slice(cut + ': executing '.length);
  const end = after.startsWith('"') ? after.indexOf('"', 1) : -1;
  if (end < 0 || !after.startsWith(' at <', end + 1)) return undefined;
  const placed = after.slice(end + 1 + ' at <'.length);
  const close = placed.indexOf('>: ');
  if (close < 0) return undefined;
  return {
    location: text.slice(0, cut),
    message: withoutChain(placed.slice(close + 3)),
    executed: `executing "${after.slice(1, end)}" at <${placed.slice(0, close)}>:`,
  };
}

function simpleTrace(text: string): Trace | undefined {
  const cut = text.lastIndexOf(': ');
  if (cut < 0) return undefined;
  return { location: text.slice(0, cut), message: withoutChain(text.slice(cut + 2)), executed: '' };
}

/** The next template's error has a line of its own. */
function withoutChain(message: string): string {
  const cut = message.indexOf(' template:');
  return cut < 0 ? message : message.slice(0, cut);
}
