import { reportApplied } from '../applied-text.ts';
import { applyDefinition } from '../apply-definition.ts';
import { connect } from '../connection.ts';
import { selectFile } from '../definition-source.ts';
import type { GlobalOptions } from '../global-options.ts';

interface Options extends GlobalOptions {
  file: string;
  timeout: number;
}

/** Applies a definition to the running platform; what needs a start is said by name and kept for it. */
export async function run({ file, timeout, ...options }: Options): Promise<number> {
  const selection = await selectFile(file);
  const how = { cause: 'slipway apply', timeoutMs: timeout * 1000 };
  return reportApplied(options.output, await applyDefinition(await connect(options), selection, how));
}
