import { decode, listOf } from '../kustomization/decode.ts';
import { type ReplacementArgs, replacementShape } from '../kustomization/kustomization.ts';
import { readDecodable } from '../kustomization/read-config.ts';
import { KustomizeError } from '../kustomize-error.ts';
import type { Loader } from '../load/loader.ts';
import type { NodeBudget } from '../node/read-document.ts';

const LENIENT = { strict: false, lenient: true };

/** Replacements with those of files in their places. @throws KustomizeError */
export async function loadReplacements(
  given: readonly ReplacementArgs[],
  loader: Loader,
  budget: NodeBudget,
): Promise<ReplacementArgs[]> {
  const loaded: ReplacementArgs[] = [];
  for (const replacement of given) {
    const { path, source, targets } = replacement;
    if (path && (source || targets?.length))
      throw new KustomizeError('cannot specify both path and inline replacement');
    loaded.push(...(path ? await fromFile(path, loader, budget) : [replacement]));
  }
  return loaded;
}

async function fromFile(path: string, loader: Loader, budget: NodeBudget): Promise<ReplacementArgs[]> {
  const value = readDecodable(await loader.loadText(path), budget);
  if (Array.isArray(value)) return decode(value, listOf(replacementShape), LENIENT);
  if (typeof value === 'object' && value !== null) return [decode(value, replacementShape, LENIENT)];
  const kinds: Record<string, string> = { string: 'string', number: 'float64', boolean: 'bool' };
  throw new KustomizeError(
    `unsupported replacement type encountered within replacement path: ${kinds[typeof value] ?? 'invalid'}`,
  );
}
