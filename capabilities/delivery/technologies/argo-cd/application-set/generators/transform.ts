import type { ApplicationTemplate, Generator, Params } from '../spec.ts';
import { isMap, mergeTemplates } from '../template/merge-template.ts';
import { clusterParams } from './clusters.ts';
import { gitParams } from './git.ts';
import type { Ground } from './ground.ts';
import { interpolate } from './interpolate.ts';
import { listParams } from './list.ts';
import { matrixParams } from './matrix.ts';
import { mergedParams } from './merge.ts';
import { selectParams } from './selector.ts';

/** What one generator gives: parameters, and the template they go into. */
export interface Transformed {
  params: Params[];
  template: ApplicationTemplate;
}

/** In the order in which upstream runs them. */
const KINDS = [
  'list',
  'clusters',
  'git',
  'scmProvider',
  'clusterDecisionResource',
  'pullRequest',
  'matrix',
  'merge',
  'plugin',
] as const;
type Kind = (typeof KINDS)[number];

const SUPPORTED = 'list, clusters, git, matrix, merge';
/** A matrix or merge may stand within another one, and no deeper. */
const DEEPEST = 2;

/** Runs a generator of an ApplicationSet. @throws Error with Argo CD's words */
export async function transform(
  generator: Generator,
  base: ApplicationTemplate | undefined,
  ground: Ground,
): Promise<Transformed[]> {
  const kinds = kindsOf(generator);
  if (kinds.length === 0)
    throw new Error(
      `the ApplicationSet contains unrecognized generators; supported by this engine are ${SUPPORTED}`,
    );
  return runAll({ generator, base, ground, depth: 0 }, kinds);
}

interface Run {
  generator: Generator;
  base: ApplicationTemplate | undefined;
  ground: Ground;
  depth: number;
  /** Of the generator before it in a matrix. */
  given?: Params | undefined;
}

function kindsOf(generator: Generator): Kind[] {
  return KINDS.filter(kind => isMap(generator[kind]));
}

async function runAll(run: Run, kinds: Kind[]): Promise<Transformed[]> {
  const { generator, base, ground, given } = run;
  const filled = given && Object.keys(given).length > 0 ? interpolate(generator, given, ground) : generator;
  const found: Transformed[] = [];
  for (const kind of kinds) {
    const template = mergeTemplates(generator[kind]?.template, base);
    const params = await paramsOf(kind, filled, run);
    found.push({ params: selectParams(params, generator.selector), template });
  }
  return found;
}

async function paramsOf(kind: Kind, generator: Generator, run: Run): Promise<Params[]> {
  const { ground } = run;
  const child = (each: Generator, given: Params | undefined) => childParams(each, given, run);
  const { list, clusters, git, matrix, merge } = generator;
  if (kind === 'list' && list) return listParams(list, ground);
  if (kind === 'clusters' && clusters) return clusterParams(clusters, ground);
  if (kind === 'git' && git) return gitParams(git, ground);
  if (kind === 'matrix' && matrix) return matrixParams(matrix, ground, child);
  if (kind === 'merge' && merge) return mergedParams(merge, ground, child);
  throw new Error(`generator ${kind} is not supported by this engine; supported are ${SUPPORTED}`);
}

/** The child of a matrix or merge; its own template counts for nothing. */
async function childParams(
  child: Generator,
  given: Params | undefined,
  { ground, depth }: Run,
): Promise<Params[]> {
  const kinds = kindsOf(child).filter(kind => depth + 1 < DEEPEST || (kind !== 'matrix' && kind !== 'merge'));
  if (kinds.length === 0) throw new Error('child generator generated no parameters');
  if (kinds.length > 1) throw new Error('found more than one generator in matrix.Generators');
  const [only] = await runAll({ generator: child, base: undefined, ground, depth: depth + 1, given }, kinds);
  return only?.params ?? [];
}
