import { messageOf } from '@slipway/api';
import { checkSchema, type JsonSchema, type SchemaProblem, type SchemaScope } from '@slipway/api/json-schema';

export interface FieldProblem {
  path: (string | number)[];
  message: string;
}

/** Everything wrong on one page, in sentences, by the validator that the run has too. */
export function checkPage(schema: JsonSchema, values: unknown, scope: SchemaScope): FieldProblem[] {
  try {
    return checkSchema(values, schema, scope).map(problem => ({
      path: problem.path,
      message: sentenceOf(problem),
    }));
  } catch (error) {
    return [{ path: [], message: `The template’s form cannot be read: ${messageOf(error)}` }];
  }
}

const NAMELIKE = /a-z.*0-9|0-9.*a-z/;

function sentenceOf({ keyword, message, schema }: SchemaProblem): string {
  if (keyword === 'required') return 'Please fill this in.';
  if (keyword === 'pattern') {
    const { pattern = '' } = schema;
    const plain = NAMELIKE.test(pattern) && !/A-Z/.test(pattern);
    return plain ? `Lower-case letters, digits and "-" only: ${pattern}` : `It has to match ${pattern}.`;
  }
  if (keyword === 'enum' || keyword === 'const') return 'Choose one of the list.';
  return `It ${message}.`;
}
