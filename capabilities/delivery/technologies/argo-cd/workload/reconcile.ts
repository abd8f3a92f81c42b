import { type AnyObject, hasReason, type Key, type Stored } from '@slipway/api';
import type { Ports, Settings } from '@slipway/definition';
import { Application, Build, Environment, Repository, Workflow, Workload } from '@slipway/kinds';
import { parseYaml, plainManifests, RenderError } from '@slipway/render';
import {
  type Context,
  type Controller,
  controller,
  done,
  type Outcome,
  terminal,
  waitingFor,
  watching,
} from '@slipway/runtime';
import { dump } from 'js-yaml';
import { pipelineFailure } from './failure.ts';
import { type GitServer, gitServer } from './git-server.ts';
import { environmentObjects } from './manifests.ts';
import {
  applicationOf,
  buildOf,
  environmentRepository,
  environmentStatus,
  imageRepository,
  nameHolder,
  pipelineOf,
  teamOf,
  WORKLOAD_LABEL,
  workflowName,
} from './plan.ts';

const PIPELINE_FILE = '.slipway/pipeline.yaml';
const DEPLOY_FOLDER = 'deploy';
const MANIFESTS_FILE = 'manifests.yaml';
const DEFAULT_PORT = 8080;

type Status = NonNullable<Workload['status']>;

/** Everything one look at a Workload needs. */
interface Look {
  workload: Stored<Workload>;
  team: string;
  repository: Stored<Repository>;
  revision: string;
  environments: string[];
  context: Context;
  git: GitServer;
  settings: Settings;
}

/** Turns revisions into Workflows, images into commits of the first environment's repository, those into Applications. */
export function workloadController(ports: Ports, settings: Settings): Controller {
  const git = gitServer(ports);
  return controller<Workload>({
    name: 'workload',
    kind: Workload,
    condition: 'Ready',
    watches: [
      watching<Repository>({
        kind: Repository,
        keysOf: ({ metadata, spec }, { cache }) =>
          cache(Workload)
            .list({ namespace: metadata.namespace ?? '' })
            .filter(workload => workload.spec.repository === spec.name)
            .map(keyOfObject),
      }),
      ...[Workflow, Application].map(kind => watching<AnyObject>({ kind, keysOf: labelled })),
      watching<Build>({ kind: Build, keysOf: labelled }),
      watching<Environment>({
        kind: Environment,
        keysOf: (_environment, { cache }) => cache(Workload).list().map(keyOfObject),
      }),
    ],
    reconcile: (workload, context) => reconcile(workload, context, git, settings),
  });
}

function keyOfObject({ metadata }: Stored<Workload>): Key {
  return { namespace: metadata.namespace ?? '', name: metadata.name };
}

function labelled({ metadata }: { metadata: AnyObject['metadata'] }): Key[] {
  const name = metadata.labels?.[WORKLOAD_LABEL];
  return name ? [{ namespace: metadata.namespace ?? '', name }] : [];
}

async function reconcile(
  workload: Stored<Workload>,
  context: Context,
  git: GitServer,
  settings: Settings,
): Promise<Outcome> {
  if (workload.metadata.deletionTimestamp) return done;
  const { name, namespace } = workload.metadata;
  const team = teamOf(namespace);
  if (!team)
    return terminal(
      'WrongNamespace',
      `service ${name}: it stands in ${namespace}; services stand in team-<team>`,
    );
  const holder = nameHolder(workload, context.cache(Workload).list());
  if (holder)
    return terminal(
      'NameTaken',
      `service name ${name} is taken by ${holder.metadata.namespace}; choose another`,
    );
  const environments = environmentsOf(workload, context);
  const unknown = environments.find(each => !context.cache(Environment).get({ name: each }));
  if (unknown)
    return terminal(
      'EnvironmentUnknown',
      `environment ${JSON.stringify(unknown)}: the platform has none of this name`,
    );
  const repository = context
    .cache(Repository)
    .list({ namespace: namespace ?? '' })
    .find(each => each.spec.name === workload.spec.repository);
  if (!repository)
    return waitingFor(
      'RepositoryMissing',
      `repository ${team}/${workload.spec.repository} does not exist yet`,
    );
  const branch = workload.spec.branch ?? 'main';
  const revision = repository.status?.branches?.[branch];
  if (!revision)
    return waitingFor(
      'NothingPushed',
      `repository ${team}/${repository.spec.name} has no branch ${branch} yet; push to it`,
    );
  try {
    return await advance({ workload, team, repository, revision, environments, context, git, settings });
  } catch (error) {
    // The repository's own files are wrong: only another push can help.
    if (!(error instanceof RenderError)) throw error;
    return waitingFor(
      'ManifestsInvalid',
      `repository ${team}/${repository.spec.name} at ${revision.slice(0, 10)}: ${error.message}`,
    );
  }
}

function environmentsOf(workload: Workload, { cache }: Context): string[] {
  if (workload.spec.environments?.length) return workload.spec.environments;
  const all = cache(Environment).list();
  return all.sort((a, b) => a.spec.order - b.spec.order).map(each => each.metadata.name);
}

async function advance(look: Look): Promise<Outcome> {
  const { workload, revision, context } = look;
  const namespace = workload.metadata.namespace ?? '';
  const name = workflowName(workload.metadata.name, revision);
  const workflow = context.cache(Workflow).get({ namespace, name }) ?? (await startPipeline(look));
  const build = buildOf(context.cache(Build).list({ namespace }), workload.metadata.name, revision);
  const phase = phaseOf(workflow);
  const failed = phase === 'Failed' || phase === 'Error';
  const message = failed ? await messageFor(look, workflow, build) : undefined;
  const delivered =
    phase === 'Succeeded' && build?.status?.image ? await deliver(look, build.status.image) : {};
  await writeStatus(look, {
    revision,
    pipeline: pipelineStatus(workflow, revision, phase, message),
    ...delivered,
  });
  if (failed) return waitingFor('PipelineFailed', `pipeline ${name} ${phase.toLowerCase()}: ${message}`);
  if (phase !== 'Succeeded') return waitingFor('PipelineRuns', `pipeline ${name} is ${phase.toLowerCase()}`);
  if (!build?.status?.image)
    return waitingFor('NoImage', `pipeline ${name} succeeded without a Build for this revision`);
  return done;
}

function phaseOf(workflow: AnyObject): string {
  return (workflow.status as { phase?: string } | undefined)?.phase || 'Pending';
}

/** The log is read once: what an earlier look found stays. */
async function messageFor(
  { workload, context }: Look,
  workflow: AnyObject,
  build: Stored<Build> | undefined,
): Promise<string> {
  const known = workload.status?.pipeline;
  if (known?.workflow === workflow.metadata.name && known?.message) return known.message;
  return pipelineFailure(context.client, workflow, build);
}

function pipelineStatus(
  workflow: AnyObject,
  revision: string,
  phase: string,
  message: string | undefined,
): NonNullable<Status['pipeline']> {
  const { startedAt, finishedAt } = (workflow.status ?? {}) as { startedAt?: string; finishedAt?: string };
  return {
    workflow: workflow.metadata.name ?? '',
    revision,
    phase,
    ...(message ? { message } : {}),
    ...(startedAt ? { startedAt } : {}),
    ...(finishedAt ? { finishedAt } : {}),
  };
}

async function startPipeline({
  workload,
  team,
  repository,
  revision,
  context,
  git,
}: Look): Promise<AnyObject> {
  const path = `${repository.spec.owner}/${repository.spec.name}`;
  const file = await git.file(path, PIPELINE_FILE, revision);
  const documents = file ? parseYaml(file.content, PIPELINE_FILE).map(({ value }) => value as AnyObject) : [];
  const own = documents.find(document => document.kind === 'Workflow');
  const pipeline = pipelineOf({ workload, team, repository, revision, ...(own ? { own } : {}) });
  try {
    const made = await context.client.create(Workflow, pipeline);
    context.event(workload, 'Normal', 'PipelineStarted', `started ${made.metadata.name} for ${revision}`);
    return made;
  } catch (error) {
    if (!hasReason(error, 'AlreadyExists')) throw error;
    return context.client.get(Workflow, {
      namespace: workload.metadata.namespace ?? '',
      name: pipeline.metadata.name ?? '',
    });
  }
}

/** Brings an image to the first environment: a commit in its repository, and the Application that follows it. */
async function deliver(look: Look, image: string): Promise<Pick<Status, 'image' | 'environments'>> {
  const { workload, team, revision, environments, context } = look;
  const [first = 'dev'] = environments;
  const known = workload.status?.environments?.find(each => each.name === first);
  if (known?.image !== image || known?.revision !== revision) await commitManifests(look, first, image);
  const application = applicationOf({ workload, team, environment: first });
  const key = { namespace: application.metadata.namespace ?? '', name: application.metadata.name ?? '' };
  if (!context.cache(Application).get(key)) await createUnlessThere(context, application);
  return {
    image,
    environments: environments.map(name =>
      statusOf(look, name, name === first ? { image, revision } : undefined),
    ),
  };
}

async function createUnlessThere({ client }: Context, application: AnyObject): Promise<void> {
  try {
    await client.create(Application, application);
  } catch (error) {
    if (!hasReason(error, 'AlreadyExists')) throw error;
  }
}

async function commitManifests(
  { workload, team, repository, revision, git }: Look,
  environment: string,
  image: string,
): Promise<void> {
  const service = workload.metadata.name;
  const source = `${repository.spec.owner}/${repository.spec.name}`;
  const reader = git.reader(source, revision);
  const manifests = (await plainManifests({ reader, path: DEPLOY_FOLDER })) ?? [];
  const objects = manifests.map(manifest => manifest.object);
  const port = workload.spec.port ?? DEFAULT_PORT;
  const input = { service, environment, repository: imageRepository(team, service), image, port, objects };
  const content = environmentObjects(input)
    .map(object => `---\n${dump(object, { lineWidth: -1 })}`)
    .join('');
  await git.ensureRepository(team, environmentRepository(environment));
  const target = `${team}/${environmentRepository(environment)}`;
  const path = `${service}/${MANIFESTS_FILE}`;
  const before = await git.file(target, path, 'main');
  if (before?.content === content) return;
  const message = `${service}: ${revision.slice(0, 10)}\n\nImage: ${image}\nSource: ${source}@${revision}\n`;
  await git.commit(target, { path, content, message, ...(before ? { sha: before.sha } : {}) });
}

function statusOf(look: Look, name: string, delivered: { image: string; revision: string } | undefined) {
  const { workload, team, context, settings } = look;
  const application = `${workload.metadata.name}-${name}`;
  const found = context
    .cache(Application)
    .get({ namespace: workload.metadata.namespace ?? '', name: application });
  const url = settings.addresses.appUrl(workload.metadata.name, name);
  return environmentStatus(found, { name, namespace: `${team}-${name}`, application, url, ...delivered });
}

/** Writes what changed. Before anything is delivered the environments keep what ran in them. */
async function writeStatus(look: Look, next: Status): Promise<void> {
  const { workload, context, environments } = look;
  const kept = environments.map(name => {
    const before = workload.status?.environments?.find(each => each.name === name);
    return statusOf(
      look,
      name,
      before?.image ? { image: before.image, revision: before.revision ?? '' } : undefined,
    );
  });
  const status = { environments: kept, observedGeneration: workload.metadata.generation ?? 0, ...next };
  const { conditions: _conditions, ...present } = workload.status ?? {};
  if (JSON.stringify(sorted(present)) === JSON.stringify(sorted({ ...present, ...status }))) return;
  const key = { namespace: workload.metadata.namespace ?? '', name: workload.metadata.name };
  // A merge patch would keep the message of an earlier pipeline.
  const pipeline = status.pipeline ? { message: null, finishedAt: null, ...status.pipeline } : null;
  await context.client.patch(
    Workload,
    key,
    { type: 'merge', body: { status: { ...status, pipeline } } },
    { subresource: 'status' },
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}
