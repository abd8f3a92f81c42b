import type { AnyObject, Key, Kind, KubeObject, Stored } from '@slipway/api';
import type { Ports, Settings } from '@slipway/definition';
import {
  Application,
  Build,
  CommitStatus,
  Environment,
  PipelinePolicy,
  PolicyException,
  type PolicyVerdict,
  Promotion,
  Repository,
  Workflow,
  Workload,
} from '@slipway/kinds';
import { RenderError, type SourceReader } from '@slipway/render';
import {
  type Context,
  type Controller,
  controller,
  done,
  doneFor,
  type Outcome,
  terminal,
  waitingFor,
  watching,
} from '@slipway/runtime';
import { holdsFor, policiesIn, verdictsOn } from '../pipeline-policy/gate.ts';
import { refusalOf } from '../pipeline-policy/plan.ts';
import { type Delivery, deliver } from './deliver.ts';
import { type GitServer, gitServer } from './git-server.ts';
import { type Look, pathOf, type Status } from './look.ts';
import { deployObjects, firstImage, ownPipeline, unbuiltObjects } from './own-files.ts';
import { isFailed, pipelineStatus, startPipeline } from './pipeline.ts';
import { buildOf, nameHolder, teamOf, WORKLOAD_LABEL, workflowName } from './plan.ts';
import { writeStatus } from './write-status.ts';

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
      watching<Promotion>({
        kind: Promotion,
        keysOf: ({ metadata, spec }) => [{ namespace: metadata.namespace ?? '', name: spec.workload }],
      }),
      ...[Environment, PipelinePolicy, PolicyException].map(kind =>
        watching<KubeObject>({
          kind: kind as Kind<KubeObject>,
          keysOf: (_object, { cache }) => cache(Workload).list().map(keyOfObject),
        }),
      ),
      watching<CommitStatus>({
        kind: CommitStatus,
        keysOf: ({ metadata, spec }, { cache }) =>
          cache(PipelinePolicy).list().length === 0
            ? []
            : cache(Workload)
                .list({ namespace: metadata.namespace ?? '' })
                .filter(workload => workload.spec.repository.toLowerCase() === spec.repository)
                .map(keyOfObject),
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
    .find(({ spec }) => spec.name === workload.spec.repository && spec.owner.toLowerCase() === team);
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
    return terminal(
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
  const workflow = context.cache(Workflow).get({ namespace, name });
  if (workflow) return followPipeline(look, workflow);
  const reader = look.git.reader(pathOf(look), revision);
  const asIs = deliveredAsIs(look) ?? (await deliveryAsIs(reader));
  const policies = await verdictsOn(look, async () => (asIs ? 'none' : { own: await ownPipeline(reader) }));
  if (refusalOf(policies)) return refuse(look, policies);
  if (!asIs) return followPipeline(look, await startPipeline(look, reader));
  await writeStatus(look, { revision, ...policiesIn(look, policies), ...(await deliver(look, asIs)) });
  return settled(look, policies);
}

/** What runs goes on running; this revision does not come to it. */
async function refuse(look: Look, policies: PolicyVerdict[], more: Partial<Status> = {}): Promise<Outcome> {
  await writeStatus(look, { revision: look.revision, ...more, policies });
  const isLive = look.workload.status?.environments?.some(({ revision }) => revision === look.revision);
  const what = isLive
    ? 'delivered before it was asked for; the next revision is not'
    : 'this revision is not delivered';
  return terminal('PolicyNotMet', `${what}: ${refusalOf(policies)}`);
}

/** All is as it should be; an exception that ends is looked at then. */
function settled({ context }: Look, policies: PolicyVerdict[]): Outcome {
  const ms = holdsFor(policies, context.clock.now());
  return ms === undefined ? done : doneFor(ms);
}

/** What was delivered without a build stays so until another revision: nothing has to be read for it. */
function deliveredAsIs({ workload: { status }, revision, environments }: Look): Delivery | undefined {
  const first = status?.environments?.find(({ name }) => name === environments[0]);
  if (status?.pipeline || status?.revision !== revision || first?.revision !== revision) return undefined;
  return { ...(first.image ? { image: first.image } : {}), objects: async () => [] };
}

async function deliveryAsIs(reader: SourceReader): Promise<Delivery | undefined> {
  const objects = await unbuiltObjects(reader);
  if (!objects) return undefined;
  const image = firstImage(objects);
  return { ...(image ? { image } : {}), objects: async () => objects };
}

/** Writes what the pipeline of a revision does, and delivers what it made. */
async function followPipeline(look: Look, workflow: AnyObject): Promise<Outcome> {
  const { workload, revision, context } = look;
  const namespace = workload.metadata.namespace ?? '';
  const name = workflow.metadata.name ?? '';
  const build = buildOf(context.cache(Build).list({ namespace }), workload.metadata.name, revision);
  const image = build?.status?.image;
  const pipeline = await pipelineStatus(look, workflow, build);
  const { phase, message } = pipeline;
  const objects = () => deployObjects(look.git.reader(pathOf(look), revision));
  const policies = await verdictsOn(look, async () => ({ workflow }));
  if (phase === 'Succeeded' && refusalOf(policies)) return refuse(look, policies, { pipeline });
  const delivered = phase === 'Succeeded' && image ? await deliver(look, { image, objects }) : {};
  await writeStatus(look, { revision, pipeline, ...policiesIn(look, policies), ...delivered });
  if (isFailed(phase))
    return terminal('PipelineFailed', `pipeline ${name} ${phase.toLowerCase()}: ${message}`);
  if (phase !== 'Succeeded') return waitingFor('PipelineRuns', `pipeline ${name} is ${phase.toLowerCase()}`);
  if (!image) return terminal('NoImage', `pipeline ${name} succeeded without a Build for this revision`);
  return settled(look, policies);
}
