import { JSON_SCHEMA, load, YAMLException } from 'js-yaml';

/**
 * What strict decoding says of the keys that an object of a JSON text holds twice, in the text's order and once for
 * each path: `duplicate field "spec.replicas"`. `value` is what the text was parsed to.
 */
export function duplicateFields(text: string, value: unknown): string[] {
  // Mostly a text is what would be written again: then no key was lost, and nobody has to look.
  if (text.trimEnd() === JSON.stringify(value)) return [];
  const scan: Scan = { frames: [], found: new Set(), keyNext: false, path: '' };
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] ?? '';
    if (sign !== '"') {
      take(scan, sign);
      continue;
    }
    const end = endOfString(text, at);
    if (scan.keyNext) takeKey(scan, JSON.parse(text.slice(at, end + 1)) as string);
    at = end;
  }
  return [...scan.found].map(path => `duplicate field ${JSON.stringify(path)}`);
}

interface Frame {
  path: string;
  /** Of an object; absent for a list. */
  keys?: Set<string>;
  index: number;
}

interface Scan {
  frames: Frame[];
  found: Set<string>;
  /** The next string is a key. */
  keyNext: boolean;
  /** Where the next value stands. */
  path: string;
}

function take(scan: Scan, sign: string): void {
  const frame = scan.frames.at(-1);
  switch (sign) {
    case '{':
      scan.frames.push({ path: scan.path, keys: new Set(), index: 0 });
      scan.keyNext = true;
      return;
    case '[':
      scan.frames.push({ path: scan.path, index: 0 });
      scan.path = `${scan.path}[0]`;
      scan.keyNext = false;
      return;
    case '}':
    case ']':
      scan.frames.pop();
      scan.keyNext = false;
      return;
    case ',':
      if (!frame) return;
      frame.index++;
      scan.keyNext = frame.keys !== undefined;
      if (!frame.keys) scan.path = `${frame.path}[${frame.index}]`;
  }
}

function takeKey(scan: Scan, key: string): void {
  scan.keyNext = false;
  const frame = scan.frames.at(-1);
  if (!frame?.keys) return;
  scan.path = frame.path === '' ? key : `${frame.path}.${key}`;
  if (frame.keys.has(key)) scan.found.add(scan.path);
  frame.keys.add(key);
}

/** Index of the quote that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text[end - 1 - escapes] === '\\') escapes++;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}

/**
 * The document of a YAML text; of a key that is there twice the last value counts, and the first such key is told
 * in `complaints` in the words of upstream's library.
 * @throws YAMLException
 */
export function looseYaml(text: string, complaints: string[]): unknown {
  try {
    return load(text, { schema: JSON_SCHEMA });
  } catch (error) {
    if (!(error instanceof YAMLException) || error.reason !== 'duplicated mapping key') throw error;
    const line = error.mark?.line ?? 0;
    const key = keyAt(text, line, error.mark?.column ?? 0);
    complaints.push(
      `yaml: unmarshal errors:\n  line ${line + 1}: key ${JSON.stringify(key)} already set in map`,
    );
    return load(text, { schema: JSON_SCHEMA, json: true });
  }
}

function keyAt(text: string, line: number, column: number): string {
  const rest = (text.split('\n')[line] ?? '').slice(column);
  return /^["']?(.*?)["']?\s*:/.exec(rest)?.[1] ?? rest;
}
