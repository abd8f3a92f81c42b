import { RE2JS } from 're2js';

/**
 * A test for a whole value, in RE2's syntax and time: nobody's pattern can hold up the gateway.
 * @throws Error naming the field and what is wrong with the pattern
 */
export function compileExpression(pattern: string, field: string): (value: string) => boolean {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern);
  } catch (error) {
    throw new Error(`${field}: ${JSON.stringify(pattern)} is no RE2 expression: ${(error as Error).message}`);
  }
  return value => compiled.matches(value);
}
