import { type AnyObject, SlipwayError, type Stored } from '@slipway/api';
import { AppProject, Repository } from '@slipway/kinds';
import { type Comparison, compare } from './compare.ts';
import type { Desk } from './desk.ts';
import { compareInput, groundOf } from './ground.ts';
import { renderedFor } from './look.ts';
import type { ApplicationStatus } from './status.ts';

/** What a look at an Application finds; nothing is written. */
export interface Inspection extends Comparison {
  revisions: string[];
  sourceTypes: string[];
}

/**
 * Looks once as the controller does, with its caches, settings and project. `hard` renders and compares anew.
 * @throws SlipwayError ApplicationInvalid, SourceUnreadable with the words of the Application's condition
 */
export async function inspect(
  desk: Desk,
  application: Stored<AnyObject>,
  { hard = false, signal }: { hard?: boolean; signal: AbortSignal },
): Promise<Inspection> {
  const { client } = desk.ports;
  const [projects, repositories] = await Promise.all([client.list(AppProject), client.list(Repository)]);
  const around = { projects: projects.items, repositories: repositories.items };
  const ground = groundOf(desk, application, around);
  if ('problems' in ground) {
    const message = ground.problems.map(each => each.message).join('; ');
    throw new SlipwayError('ApplicationInvalid', message);
  }
  const loaded = await desk.loader.load(ground.spec.sources, {
    known: around.repositories,
    fresh: hard,
    anew: hard,
    signal,
    application: renderedFor(ground),
  });
  if ('error' in loaded)
    throw new SlipwayError('SourceUnreadable', `Failed to load target state: ${loaded.error}`);
  const { resources: known = [] } = (application.status ?? {}) as ApplicationStatus;
  const { manifests } = loaded;
  const comparison = await compare({ ...compareInput(desk, ground), manifests, known, anew: hard });
  return { ...comparison, revisions: loaded.revisions, sourceTypes: loaded.sourceTypes };
}
