/** Runs through a `--set` expression character by character (Go's runes). */
export class SetScanner {
  readonly #runes: string[];
  #at = 0;

  constructor(text: string) {
    this.#runes = [...text];
  }

  /** The next character; undefined at the end. */
  next(): string | undefined {
    return this.#runes[this.#at++];
  }

  peek(): string | undefined {
    return this.#runes[this.#at];
  }

  /** What is left, unread. */
  rest(): string {
    return this.#runes.slice(this.#at).join('');
  }

  /** Goes on by so many UTF-16 units. */
  skip(units: number): void {
    for (let left = units; left > 0; this.#at++) left -= this.#runes[this.#at]?.length ?? left;
  }

  /** Characters up to one of `stops`, which is read too; `stop` is undefined when the end came first. */
  until(stops: string, escapes: boolean): { text: string; stop: string | undefined } {
    let text = '';
    for (let rune = this.next(); rune !== undefined; rune = this.next()) {
      if (stops.includes(rune)) return { text, stop: rune };
      if (rune !== '\\' || !escapes) {
        text += rune;
        continue;
      }
      const escaped = this.next();
      if (escaped === undefined) break;
      text += escaped;
    }
    return { text, stop: undefined };
  }
}
