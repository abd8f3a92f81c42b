import { type AnyObject, hasReason, SlipwayError } from '@slipway/api';
import { Application, AppProject, Environment, Repository } from '@slipway/kinds';
import { follows } from '../follows.ts';
import type { Look } from './look.ts';
import {
  ARGO_CD_NAMESPACE,
  applicationOf,
  environmentRepository,
  INTERNAL_GIT,
  internalRepository,
  projectOf,
} from './plan.ts';

type About = Pick<Look, 'workload' | 'team' | 'context'>;

/** The Application that follows an environment of a service, made unless it is there; it leads to where the repository is. */
export async function ensureApplication(about: About, environment: string): Promise<void> {
  const { workload, team, context } = about;
  const key = keyOf(about, environment);
  const present = context.cache(Application).get(key);
  const repoURL = urlIn(about, environment) ?? (present ? undefined : await urlNow(about, environment));
  if (!repoURL || (present && repoUrlOf(present) === repoURL)) return;
  const isElsewhere = !repoURL.startsWith(INTERNAL_GIT);
  const project = isElsewhere ? await ensureProject(about, repoURL) : 'default';
  const application = applicationOf({ workload, team, environment, repoURL, project });
  if (!present) return createUnlessThere(about, application);
  const body = { spec: { project, source: { repoURL } } };
  await context.client.patch(Application, key, { type: 'merge', body });
}

/** One that is there leads to where its repository is now: a team may have come with it from another platform. */
export async function keepApplication(about: About, environment: string): Promise<void> {
  if (about.context.cache(Application).get(keyOf(about, environment)))
    await ensureApplication(about, environment);
}

/** Argo CD itself asks Git every few minutes; our own engine is told of each push. */
export async function lookAtOnce(about: About, environment: string): Promise<void> {
  const { context } = about;
  const key = keyOf(about, environment);
  const present = context.cache(Application).get(key);
  if (!present || repoUrlOf(present)?.startsWith(INTERNAL_GIT)) return;
  const body = { metadata: { annotations: follows.nudge(context.clock.now()) } };
  await context.client.patch(Application, key, { type: 'merge', body }).catch(error => {
    if (!hasReason(error, 'NotFound')) throw error;
  });
}

function keyOf({ workload: { metadata } }: About, environment: string): { namespace: string; name: string } {
  return { namespace: metadata.namespace ?? '', name: `${metadata.name}-${environment}` };
}

function repoUrlOf(application: AnyObject): string | undefined {
  return (application.spec as { source?: { repoURL?: string } } | undefined)?.source?.repoURL;
}

function repositoryKey({ workload }: About, environment: string): { namespace: string; name: string } {
  return { namespace: workload.metadata.namespace ?? '', name: environmentRepository(environment) };
}

function urlIn(about: About, environment: string): string | undefined {
  return about.context.cache(Repository).get(repositoryKey(about, environment))?.status?.url;
}

/** The cache may not have it yet. */
async function urlNow(about: About, environment: string): Promise<string> {
  const repository = await about.context.client.find(Repository, repositoryKey(about, environment));
  if (!repository) return internalRepository(about.team, environmentRepository(environment));
  if (repository.status?.url) return repository.status.url;
  throw new SlipwayError(
    'RepositoryUntold',
    `repository ${about.team}/${repository.spec.name}: the Git server has not told yet where it is`,
  );
}

/** What the team's Applications may do: from its own repositories, into its own namespaces. */
async function ensureProject({ team, context }: About, repoURL: string): Promise<string> {
  const { items } = await context.client.list(Environment);
  const environments = items.map(({ metadata }) => metadata.name).toSorted();
  const project = projectOf({ team, environments, repoURL, namespace: ARGO_CD_NAMESPACE });
  await context.client.apply(AppProject, project, { fieldManager: 'slipway', force: true });
  return project.metadata.name ?? '';
}

async function createUnlessThere({ context: { client } }: About, application: AnyObject): Promise<void> {
  try {
    await client.create(Application, application);
  } catch (error) {
    if (!hasReason(error, 'AlreadyExists')) throw error;
  }
}
