import type { ApplicationSet, Generator } from '../spec.ts';

/** Every generator of an ApplicationSet, those within matrix and merge too. */
function allGenerators(generators: Generator[] = []): Generator[] {
  return generators.flatMap(generator => [
    generator,
    ...allGenerators(generator.matrix?.generators),
    ...allGenerators(generator.merge?.generators),
  ]);
}

/** Addresses of repositories that generators read, as they are written. */
export function gitRepositories({ spec }: ApplicationSet): string[] {
  return allGenerators(spec.generators).flatMap(({ git }) => (git?.repoURL ? [git.repoURL] : []));
}

/** When Git has to be asked again, in milliseconds; undefined when nothing is read from there. */
export function requeueMs({ spec }: ApplicationSet, defaultMs: number): number | undefined {
  const times = allGenerators(spec.generators).flatMap(({ git }) => {
    if (!git) return [];
    const { requeueAfterSeconds } = git;
    return [requeueAfterSeconds === undefined ? defaultMs : requeueAfterSeconds * 1_000];
  });
  const asked = times.filter(ms => ms > 0);
  return asked.length === 0 ? undefined : Math.min(...asked);
}
