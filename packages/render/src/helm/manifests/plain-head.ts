import type { ManifestHead } from './read-head.ts';

/** Where a mapping stands whose entries count. */
type Role = 'root' | 'metadata' | 'annotations';

/** A mapping or a list that is open, by the column of its keys or dashes. */
interface Frame {
  column: number;
  isList: boolean;
  role: Role | undefined;
}

const OTHER_SIGNS = /[^\n\x20-\x7e]/;
const LINE = /^( *)(- )?(.*)$/;
const ENTRY = /^([A-Za-z_][\w./-]*):(?: (\S.*))?$/;
const EMPTY = /^(?:\{\}|\[\])$/;
const QUOTED = /^(?:"[^"\\]*"|'[^']*')$/;
const PLAIN = /^[A-Za-z0-9/][\w./:@=+,-]*(?: [\w./@=+,(][\w./:@=+,()-]*)*$/;
const MAPPING_IN_PLAIN = /:(?: |$)/;
/** What YAML 1.1 takes for another thing than text. */
const OTHER_WORDS = /^(?:true|false|yes|no|on|off|y|n|null|inf|nan|__proto__)$/i;
const LONGEST_LINE = 400;
const DEEPEST = 20;

/**
 * The head of a document that is plain enough to be sure of it line by line: keys, plain or quoted scalars, lists and
 * empty collections in block style, as most templates write. Undefined for all others, right or wrong: who reads YAML
 * decides then. Reading all of it to learn four fields is a third of what rendering a chart takes.
 */
export function plainHead(content: string): ManifestHead | undefined {
  if (OTHER_SIGNS.test(content)) return undefined;
  const reading = new PlainReading();
  for (const line of content.split('\n')) if (!reading.take(line.trimEnd())) return undefined;
  return reading.head();
}

class PlainReading {
  readonly #frames: Frame[] = [];
  readonly #seen = new Set<string>();
  readonly #head: ManifestHead = { apiVersion: '', kind: '', name: '', annotations: {} };
  /** The last entry has no value yet. */
  #isOpen = false;
  /** What the mapping below the last entry has to be. */
  #awaited: Role | undefined;

  /** False for a line that is not plain. */
  take(line: string): boolean {
    const [, indent = '', dash, rest = ''] = LINE.exec(line) ?? [];
    if (rest === '' && dash === undefined) return true;
    if (rest.startsWith('#') && dash === undefined) return true;
    if (line.length > LONGEST_LINE || this.#frames.length > DEEPEST) return false;
    if (!this.#place(indent.length, dash !== undefined)) return false;
    const entry = ENTRY.exec(rest);
    if (!entry) return dash !== undefined && this.#scalar(rest);
    if (dash !== undefined) this.#push(indent.length + dash.length, false);
    const [, key = '', value] = entry;
    return !OTHER_WORDS.test(key) && this.#entry(key, value);
  }

  /** Nothing when what counts is missing below its key. */
  head(): ManifestHead | undefined {
    return this.#frames.length === 0 || this.#awaited ? undefined : this.#head;
  }

  /** Finds or opens what a line at this column belongs to. */
  #place(column: number, isItem: boolean): boolean {
    while ((this.#frames.at(-1)?.column ?? -1) > column) this.#pop();
    const top = this.#frames.at(-1);
    if (top?.column === column && top.isList && !isItem) {
      this.#pop();
      const below = this.#frames.at(-1);
      return below?.column === column && !below.isList;
    }
    if (top?.column === column && top.isList === isItem) return this.#awaited === undefined;
    const isRoot = top === undefined && this.#seen.size === 0 && column === 0 && !isItem;
    if (!isRoot && !(top && this.#isOpen)) return false;
    if (top && column === top.column && !isItem) return false;
    // A list where a mapping has to be.
    if (isItem && this.#awaited) return false;
    this.#push(column, isItem, isRoot);
    return true;
  }

  #push(column: number, isList: boolean, isRoot = false): void {
    this.#frames.push({ column, isList, role: isRoot ? 'root' : this.#awaited });
    this.#awaited = undefined;
  }

  #pop(): void {
    this.#frames.pop();
    this.#isOpen = false;
  }

  #scalar(value: string): boolean {
    this.#isOpen = false;
    return EMPTY.test(value) || QUOTED.test(value) || isPlain(value);
  }

  #entry(key: string, value: string | undefined): boolean {
    this.#isOpen = value === undefined;
    const isFine = value === undefined || this.#scalar(value);
    const role = this.#frames.at(-1)?.role;
    if (!isFine || !role) return isFine;
    this.#seen.add('root');
    if (role === 'annotations') return this.#annotation(key, value);
    return this.#field(role, key, value);
  }

  #annotation(key: string, value: string | undefined): boolean {
    const text = textOf(value);
    if (text !== undefined) this.#head.annotations[key] = text;
    return text !== undefined;
  }

  /** Go finds a field whatever the case of its letters; what comes twice is not plain. */
  #field(role: 'root' | 'metadata', key: string, value: string | undefined): boolean {
    const wanted = role === 'root' ? ['apiVersion', 'kind', 'metadata'] : ['name', 'annotations'];
    if (!wanted.some(name => name.toLowerCase() === key.toLowerCase())) return true;
    if (!wanted.includes(key) || this.#seen.has(key)) return false;
    this.#seen.add(key);
    if (key === 'metadata' || key === 'annotations') {
      if (value === undefined) this.#awaited = key;
      return value === undefined || value === '{}';
    }
    const text = textOf(value);
    if (text !== undefined) this.#head[key as 'apiVersion' | 'kind' | 'name'] = text;
    return text !== undefined;
  }
}

function isPlain(value: string): boolean {
  return PLAIN.test(value) && !MAPPING_IN_PLAIN.test(value);
}

/** A scalar that is text for certain. */
function textOf(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (QUOTED.test(value)) return value.slice(1, -1);
  return /^[A-Za-z]/.test(value) && isPlain(value) && !OTHER_WORDS.test(value) ? value : undefined;
}
