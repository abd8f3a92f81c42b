/** A text that go-yaml 2 does not read, in its own words: `yaml: line 3: did not find expected key`. */
export class YamlProblem extends Error {
  /** From 1, as go-yaml counts: a parser's mistake is told one line too early. 0: no line is told. */
  readonly line: number;
  readonly problem: string;
  /** Where what it is in starts, counted in the same way; go-yaml 3 tells that one. */
  readonly start: number;

  constructor(problem: string, line = 0, start = 0) {
    super(`yaml: ${line === 0 ? '' : `line ${line}: `}${problem}`);
    this.name = 'YamlProblem';
    this.line = line;
    this.problem = problem;
    this.start = start;
  }
}
