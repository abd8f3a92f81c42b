import { RE2JS } from 're2js';
import { type Budget, GoError, type TemplateCall } from '../go-template/function.ts';
import { canBackquote, quote } from '../go-template/quote.ts';

/** Where a match is, and where its groups are: pairs of start and end, -1 for a group that took no part. */
export type Match = number[];

const KEPT = 200;
/** Looks of a pattern's part at a character that count as one step. */
const LOOKS = 256;

/** Go's `regexp` over a linear-time engine: patterns and texts come from people we need not trust. */
export class Regex {
  private readonly pattern: RE2JS;
  readonly source: string;

  /** @throws GoError `error parsing regexp: …` */
  constructor(source: string) {
    this.source = source;
    try {
      this.pattern = RE2JS.compile(source);
    } catch (error) {
      throw new GoError(wording(error), { cause: error });
    }
  }

  matches(text: string, budget: Budget): boolean {
    this.pay(text, budget);
    return this.pattern.matcher(text).find();
  }

  /** The first match. */
  match(text: string, budget: Budget): Match | undefined {
    return this.matcher(text, budget)(0);
  }

  /** Matches one after the other, as Go's `FindAll`: an empty one right after another does not count. */
  all(text: string, most: number, budget: Budget): Match[] {
    const next = this.matcher(text, budget);
    const found: Match[] = [];
    let previousEnd = -1;
    for (let at = 0; at <= text.length && (most < 0 || found.length < most); ) {
      const match = next(at);
      if (!match) break;
      const [start = 0, end = 0] = match;
      const isEmpty = end === at;
      if (!(isEmpty && start === previousEnd)) found.push(match);
      at = isEmpty ? at + runeWidth(text, at) : end;
      previousEnd = end;
    }
    return found;
  }

  /** Go's `ReplaceAll`. */
  replaceAll(text: string, replacement: (match: Match) => string, budget: Budget): string {
    const next = this.matcher(text, budget);
    let out = '';
    let copied = 0;
    for (let at = 0; at <= text.length; ) {
      const match = next(at);
      if (!match) break;
      const [start = 0, end = 0] = match;
      out += text.slice(copied, start);
      if (end > copied || start === 0) out += replacement(match);
      copied = end;
      at = Math.max(end, at + runeWidth(text, at));
    }
    return out + text.slice(copied);
  }

  /** Go's `Split`. */
  split(text: string, most: number, budget: Budget): string[] {
    if (most === 0) return [];
    if (this.source !== '' && text === '') return [''];
    const parts: string[] = [];
    let [from, to] = [0, 0];
    for (const [start = 0, end = 0] of this.all(text, most, budget)) {
      if (most > 0 && parts.length === most - 1) break;
      to = start;
      if (end !== 0) parts.push(text.slice(from, to));
      from = end;
    }
    if (to !== text.length) parts.push(text.slice(from));
    return parts;
  }

  /** Fills `$1`, `${name}` and `$$` of a template (`Expand`). */
  expand(template: string, text: string, match: Match): string {
    return template.replace(/\$(?:\$|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})?/gu, (all, short, long) => {
      if (all === '$$' || all === '$') return '$';
      return this.group(short ?? long, text, match);
    });
  }

  private group(name: string, text: string, match: Match): string {
    const number = /^(0|[1-9][0-9]{0,8})$/.test(name) ? Number(name) : this.numberOf(name);
    const [start = -1, end = -1] = match.slice(2 * number, 2 * number + 2);
    return number >= 0 && start >= 0 ? text.slice(start, end) : '';
  }

  private numberOf(name: string): number {
    const names: Record<string, number> = this.pattern.namedGroups();
    return Object.hasOwn(names, name) ? (names[name] ?? -1) : -1;
  }

  /** Time grows with the text and with the size of the pattern, repetitions written out. */
  private pay(text: string, budget: Budget): void {
    budget.spend(1 + Math.floor((text.length * this.pattern.programSize()) / LOOKS));
  }

  private matcher(text: string, budget: Budget): (from: number) => Match | undefined {
    this.pay(text, budget);
    const matcher = this.pattern.matcher(text);
    const groups = this.pattern.groupCount();
    return from => {
      budget.spend(1);
      if (!matcher.find(from)) return undefined;
      const match: Match = [];
      for (let group = 0; group <= groups; group++) match.push(matcher.start(group), matcher.end(group));
      return match;
    };
  }
}

function runeWidth(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

/** The engine speaks as Go does, but for one message. */
function wording(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.endsWith('trailing backslash at end of expression') ? `${message}: \`\`` : message;
}

/** Patterns in use, compiled once. */
export class Regexes {
  private readonly known = new Map<string, Regex>();

  /** @throws GoError as `regexp.Compile` */
  compile(source: string, call: TemplateCall): Regex {
    const known = this.known.get(source);
    if (known) return known;
    call.budget.spend(source.length);
    const regex = new Regex(source);
    if (this.known.size >= KEPT) this.known.clear();
    this.known.set(source, regex);
    return regex;
  }

  /** @throws GoError as `regexp.MustCompile` panics */
  mustCompile(source: string, call: TemplateCall): Regex {
    try {
      return this.compile(source, call);
    } catch (error) {
      if (!(error instanceof GoError)) throw error;
      const quoted = canBackquote(source) ? `\`${source}\`` : quote(source);
      throw new GoError(`regexp: Compile(${quoted}): ${error.message}`, { cause: error });
    }
  }
}
