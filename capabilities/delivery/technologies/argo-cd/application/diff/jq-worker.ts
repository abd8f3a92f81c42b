// Runs in a worker of the pool: jq is WebAssembly, and what people write into it may not end.
import jq from 'jq-wasm';

export interface JqInput {
  expressions: string[];
  documents: unknown[];
}

/**
 * Every document without what `del(<expression>)` deletes, expression after expression. Where one fails, or gives not
 * exactly one value, the document stays as it was (util/argo/normalizers).
 * @throws Error with jq's words when an expression is not jq's language
 */
export async function deleteByJq({ expressions, documents }: JqInput): Promise<unknown[]> {
  for (const expression of expressions) await compile(expression);
  const steps = expressions.map(
    expression =>
      `(. as $document | [try del(${expression}) catch $document] | if length == 1 then .[0] else $document end)`,
  );
  const text = await jq.raw(JSON.stringify(documents), `map(${steps.join(' | ')})`, ['-c']);
  return JSON.parse(text) as unknown[];
}

/** One by one, so that the message names the expression at fault and no parenthesis of it closes ours. */
async function compile(expression: string): Promise<void> {
  try {
    await jq.raw('null', `try del(${expression}) catch null`, ['-c']);
  } catch (error) {
    // jq leaves its own exit code to the thread.
    process.exitCode = undefined;
    const [line = ''] = String(error instanceof Error ? error.message : error).split('\n');
    throw new Error(
      `${JSON.stringify(expression)}: ${line.replace(/^.*jq: error: /, '').replace(/ at <top-level>.*/, '')}`,
    );
  }
}
