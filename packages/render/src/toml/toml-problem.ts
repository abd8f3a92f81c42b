/** A text that is no TOML, in the words of Go's BurntSushi library. */
export class TomlProblem extends Error {
  /** @param lastKey the table or key that was read last, '' at the start */
  constructor(problem: string, line: number, lastKey: string) {
    super(`toml: line ${line}${lastKey === '' ? '' : ` (last key ${JSON.stringify(lastKey)})`}: ${problem}`);
    this.name = 'TomlProblem';
  }
}
