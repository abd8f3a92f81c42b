import { createHash } from 'node:crypto';
import type { AnyObject, Stored } from '@slipway/api';
import { AppProject, Repository } from '@slipway/kinds';
import type { Context } from '@slipway/runtime';
import { sameGitUrl } from '../settings/git-url.ts';
import { gitRepositories } from './generators/survey.ts';
import type { ApplicationSet, ApplicationSetCondition } from './spec.ts';

/** What came of the last whole look at an ApplicationSet. */
export interface LastLook {
  /** Of all that decides over it; equal inputs give equal Applications. */
  inputs: string;
  given: Omit<ApplicationSetCondition, 'lastTransitionTime'>[];
  /** When servers outside have to be asked again, in milliseconds since 1970. */
  untilMs: number;
}

/**
 * A digest of what decides over an ApplicationSet's Applications: itself, what it owns of them, projects, settings and
 * the platform's repositories. Their status is not among it: it changes all the time, and nothing is generated from it.
 */
export function inputsOf(
  set: Stored<ApplicationSet>,
  current: Stored<AnyObject>[],
  { cache }: Context,
  settingsVersion: number,
): string {
  const { uid, generation, annotations, finalizers } = set.metadata;
  const urls = gitRepositories(set);
  const repositories = cache(Repository)
    .list()
    .filter(({ status }) => urls.some(url => sameGitUrl(url, status?.url ?? '')))
    .map(({ metadata }) => `${metadata.uid} ${metadata.resourceVersion}`);
  const projects = cache(AppProject)
    .list()
    .map(({ metadata }) => `${metadata.uid} ${metadata.resourceVersion}`);
  const hash = createHash('sha256');
  hash.update(JSON.stringify([uid, generation, set.spec, annotations, finalizers, settingsVersion]));
  hash.update(JSON.stringify([repositories.sort(), projects.sort()]));
  for (const { metadata, spec } of current) {
    const {
      name,
      labels,
      annotations: notes,
      finalizers: held,
      ownerReferences,
      deletionTimestamp,
    } = metadata;
    hash.update(JSON.stringify([name, labels, notes, held, ownerReferences, deletionTimestamp, spec]));
  }
  return hash.digest('base64');
}
