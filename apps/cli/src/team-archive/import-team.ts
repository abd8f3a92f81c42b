import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@slipway/client';
import { Environment, Namespace, Secret, Team } from '@slipway/kinds';
import { CommandError } from '../output.ts';
import { createObjects, type PlannedObject, planObjects } from './import-objects.ts';
import type { Landing } from './landing.ts';
import { type OpenedRepository, type OpenedTeam, openTeam } from './open-team.ts';
import { type Place, pushRepository, repositoryState } from './repositories.ts';
import type { ArchivedImage, SecretReference } from './team-format.ts';

/** `left`: there is no door for it, so it stays in the archive. */
type State = 'create' | 'unchanged' | 'conflict' | 'not served' | 'left';

export interface ImportedTeam {
  team: string;
  /** Everything of the archive and what became of it, or would. */
  items: { item: string; state: State }[];
  /** Secrets that have to be given here. */
  secrets: SecretReference[];
  left: string[];
}

export interface ImportOptions {
  file: string;
  dryRun: boolean;
  progress: (line: string) => void;
}

const NAMESPACE_LIMIT_MS = 30_000;

/**
 * Brings a team's archive into a platform by its API, Git over HTTPS and the registry. What stands in the way is said
 * all at once, before anything is written; what is there already, from the same platform, stays.
 */
export async function importTeam(landing: Landing, options: ImportOptions): Promise<ImportedTeam> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-import-'));
  try {
    options.progress('checking the archive');
    const opened = await openTeam(options.file, folder);
    options.progress('comparing with the platform');
    const plan = await planOf(landing, opened, folder);
    const problems = await problemsOf(landing.client, opened, plan);
    if (problems.length > 0)
      throw new CommandError(`nothing was imported:\n${problems.map(each => `  ${each}`).join('\n')}`, {
        next: 'rename or remove what is in the way, then import again',
      });
    if (!options.dryRun) await carryOut(landing, { opened, plan, folder, progress: options.progress });
    const { team, secrets, left } = opened.about;
    return { team, items: itemsOf(plan), secrets: await missing(landing.client, secrets), left };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface ImportPlan {
  team: State;
  objects: PlannedObject[];
  repositories: { repository: OpenedRepository; state: State; place: Place | undefined }[];
  images: { image: ArchivedImage; state: State }[];
}

async function planOf(landing: Landing, opened: OpenedTeam, folder: string): Promise<ImportPlan> {
  const { client } = landing;
  const { about } = opened;
  const live = await client.find(Team, { name: about.team });
  const same = JSON.stringify([live?.spec.members ?? [], live?.spec.may ?? []]);
  const team = live
    ? same === JSON.stringify([about.members, about.may])
      ? 'unchanged'
      : 'conflict'
    : 'create';
  const repositories: ImportPlan['repositories'] = [];
  for (const repository of opened.repositories)
    repositories.push({ repository, ...(await repositoryPlan(landing, repository, folder)) });
  const images: ImportPlan['images'] = [];
  for (const image of opened.images)
    images.push({ image, state: (await landing.images?.state(image)) ?? 'left' });
  return {
    team,
    objects: await planObjects(client, opened.objects, about.platform.id),
    repositories,
    images,
  };
}

async function repositoryPlan(
  landing: Landing,
  opened: OpenedRepository,
  folder: string,
): Promise<{ state: State; place: Place | undefined }> {
  const { repository, refs } = opened;
  const place = await landing.remoteOf(opened);
  if (!place) return { state: 'create', place };
  if (!repository) return { state: 'unchanged', place };
  return { state: await repositoryState(place, { folder, repository, refs }), place };
}

async function problemsOf(
  client: Client,
  { about, objects }: OpenedTeam,
  plan: ImportPlan,
): Promise<string[]> {
  const environments = new Set((await client.list(Environment)).items.map(({ metadata }) => metadata.name));
  const wanted = objects.flatMap(({ object }) =>
    object.kind === 'Workload'
      ? ((object.spec as { environments?: string[] }).environments ?? about.environments)
      : [],
  );
  const lacking = [...new Set(wanted)].filter(name => !environments.has(name));
  return [
    ...(plan.team === 'conflict'
      ? [`team ${about.team}: there is one with other members or rights: make them the same first`]
      : []),
    ...lacking.map(
      name => `environment ${name}: services of the team go through it, and this platform has none`,
    ),
    ...plan.objects.filter(each => each.state === 'conflict').map(({ name }) => `${name}: the name is taken`),
    ...plan.repositories
      .filter(each => each.state === 'conflict')
      .map(({ repository }) => `repository ${repository.path}: there is one with another history`),
    ...plan.images
      .filter(each => each.state === 'conflict')
      .map(({ image }) => `image ${image.repository}:${image.tag}: the tag names another image`),
  ];
}

async function carryOut(
  landing: Landing,
  given: { opened: OpenedTeam; plan: ImportPlan; folder: string; progress: (line: string) => void },
): Promise<void> {
  const { opened, plan, folder, progress } = given;
  const { about, blobs } = opened;
  if (plan.team === 'create') await createTeam(landing.client, about);
  progress(`images: ${plan.images.filter(each => each.state === 'create').length} to send`);
  for (const { image, state } of plan.images)
    if (state === 'create') await landing.images?.push(image, blobs);
  progress(`repositories: ${plan.repositories.filter(each => each.state === 'create').length} to send`);
  for (const { repository, state, place } of plan.repositories) {
    if (state !== 'create') continue;
    const to = place ?? (await landing.makeRepository(repository));
    const { repository: from } = repository;
    if (from) await pushRepository(to, { folder, repository: from });
  }
  progress(`objects: ${plan.objects.filter(each => each.state === 'create').length} to make`);
  await createObjects(landing.client, plan.objects, about.platform.id);
}

/** A team's namespaces are made by identity. */
async function createTeam(client: Client, { team, members, may }: OpenedTeam['about']): Promise<void> {
  const metadata = { name: team };
  await client.create(Team, {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Team',
    metadata,
    spec: { members, may },
  } as Team);
  for (const end = performance.now() + NAMESPACE_LIMIT_MS; performance.now() < end; ) {
    if (await client.find(Namespace, { name: `team-${team}` })) return;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  throw new CommandError(`team ${team}: its namespace team-${team} was not made in time`, {
    next: 'slipway status',
  });
}

function itemsOf({ team, objects, repositories, images }: ImportPlan): ImportedTeam['items'] {
  return [
    { item: 'team', state: team },
    ...images.map(({ image, state }) => ({
      item: `image ${image.repository}${image.tag ? `:${image.tag}` : `@${image.digest}`}`,
      state,
    })),
    ...repositories.map(({ repository, state }) => ({ item: `repository ${repository.path}`, state })),
    ...objects.map(({ name, state }) => ({ item: name, state })),
  ];
}

async function missing(client: Client, secrets: SecretReference[]): Promise<SecretReference[]> {
  const found = await Promise.all(
    secrets.map(({ namespace, name }) => client.find(Secret, { namespace, name }).catch(() => undefined)),
  );
  return secrets.filter((_secret, index) => found[index] === undefined);
}
