import { messageOf } from '@slipway/api';
import type { Generator, MatrixGenerator, Params } from '../spec.ts';
import { goText } from './flatten.ts';
import type { Ground } from './ground.ts';
import { mergeParams } from './merge-params.ts';

/** Gives a child generator's parameters; `params` fill its own fields in first. */
export type ChildParams = (child: Generator, params: Params | undefined) => Promise<Params[]>;

/** Every pair of two generators' parameters; the second may refer to the first's. */
export async function matrixParams(
  { generators = [] }: MatrixGenerator,
  ground: Ground,
  paramsOf: ChildParams,
): Promise<Params[]> {
  const [first, second, ...more] = generators;
  if (!first || !second) throw new Error('found less than two generators, Matrix support only two');
  if (more.length > 0) throw new Error('found more than two generators, Matrix support only two');
  const pairs: Params[] = [];
  const outer = await attempt('error failed to get params for first generator in matrix generator', () =>
    paramsOf(first, undefined),
  );
  for (const left of outer) {
    const inner = await attempt('failed to get params for second generator in the matrix generator', () =>
      paramsOf(second, left),
    );
    for (const right of inner)
      pairs.push(ground.isGoTemplate ? mergeParams(right, left) : combined(left, right));
  }
  return pairs;
}

async function attempt(what: string, ask: () => Promise<Params[]>): Promise<Params[]> {
  try {
    return await ask();
  } catch (error) {
    throw new Error(
      `${what}: child generator returned an error on parameter generation: ${messageOf(error)}`,
    );
  }
}

/** Texts only; one name may not have two values. */
function combined(left: Params, right: Params): Params {
  const pair: Record<string, string> = {};
  for (const [key, value] of Object.entries(left)) pair[key] = goText(value);
  for (const [key, value] of Object.entries(right)) {
    const text = goText(value);
    const present = pair[key];
    if (present !== undefined && present !== text)
      throw new Error(
        `failed to combine string maps with merging params for the matrix generator: found duplicate key ${key} with different value, a: ${present} ,b: ${text}`,
      );
    pair[key] = text;
  }
  return pair;
}
