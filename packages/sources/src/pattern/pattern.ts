import { RE2JS } from 're2js';

/** A pattern that other people wrote; the whole text has to fit. RE2 takes linear time, whatever they wrote. */
export interface Pattern {
  test(text: string): boolean;
}

const MOST_CHARACTERS = 500;

/**
 * A regular expression in RE2's syntax.
 * @throws SyntaxError for what is wrong, too long or not in RE2 (backreferences, look-around)
 */
export function regularExpression(source: string): Pattern {
  if (source.length > MOST_CHARACTERS) throw new SyntaxError(`longer than ${MOST_CHARACTERS} characters`);
  try {
    const expression = RE2JS.compile(source);
    return { test: text => expression.matches(text) };
  } catch (error) {
    throw new SyntaxError((error as Error).message, { cause: error });
  }
}
