import type { Action } from './execution.ts';
import type { ListNode } from './node.ts';

/** One template of a text; without a name it is the text's own, called as the text is each time. */
export interface ParsedUnit {
  name: string | undefined;
  root: ListNode;
  run?: Action;
}

/** Templates of one text, and the functions they name: those must exist wherever they are taken from here. */
export interface ParsedText {
  units: ParsedUnit[];
  words: ReadonlySet<string>;
}

/** Characters of the texts that are kept; what is made of them takes some twenty times that. */
const MOST = 2_000_000;

/**
 * Texts that were parsed before, the least used ones forgotten first: a platform renders the same charts again and again,
 * and what is parsed is never changed.
 */
export class ParseCache {
  readonly #texts = new Map<string, { parsed: ParsedText; size: number }>();
  #size = 0;

  get(key: string, isFunction: (word: string) => boolean): ParsedText | undefined {
    const found = this.#texts.get(key);
    if (!found) return undefined;
    for (const word of found.parsed.words) if (!isFunction(word)) return undefined;
    this.#texts.delete(key);
    this.#texts.set(key, found);
    return found.parsed;
  }

  set(key: string, parsed: ParsedText): void {
    this.#size += key.length - (this.#texts.get(key)?.size ?? 0);
    this.#texts.set(key, { parsed, size: key.length });
    for (const [oldest, { size }] of this.#texts) {
      if (this.#size <= MOST) return;
      this.#texts.delete(oldest);
      this.#size -= size;
    }
  }
}
