import { type AnyObject, hasReason, type Key, messageOf, type Stored } from '@slipway/api';
import type { Settings } from '@slipway/definition';
import { Build, ChangeRequest, type ChangeRun, Repository, Workflow, Workload } from '@slipway/kinds';
import { RenderError } from '@slipway/render';
import { type Context, type Controller, controller, done, type Outcome, watching } from '@slipway/runtime';
import { pipelineFailure } from '../workload/failure.ts';
import type { GitServer } from '../workload/git-server.ts';
import { deployObjects, ownPipeline, PIPELINE_FILE, unbuiltObjects } from '../workload/own-files.ts';
import {
  CHANGE_ANNOTATION,
  changeImageRepository,
  checkName,
  pipelineOf,
  REVISION_ANNOTATION,
  teamOf,
  WORKLOAD_LABEL,
} from '../workload/plan.ts';
import {
  checkContext,
  checkOf,
  isFinal,
  isOutdated,
  isSaid,
  NEEDS_APPROVAL,
  NOTHING_TO_BUILD,
  unreadable,
  type Verdict,
  verdictOn,
} from './plan.ts';

/**
 * Tries the head of every open change with the pipelines of the services that are made from its repository, and says
 * what became of it as commit statuses; nothing is delivered. Source says whether a head may be run at all.
 */
export function changeCheckController(git: GitServer, settings: Settings): Controller {
  return controller<ChangeRequest>({
    name: 'change-check',
    kind: ChangeRequest,
    watches: [
      watching<AnyObject>({ kind: Workflow, keysOf: changesOfRun }),
      watching<Workload>({
        kind: Workload,
        keysOf: ({ metadata, spec }, { cache }) =>
          openChanges(cache(ChangeRequest).list({ namespace: metadata.namespace ?? '' }))
            .filter(change => change.spec.repository === spec.repository.toLowerCase())
            .map(keyOf),
      }),
      watching<Repository>({ kind: Repository, keysOf: () => [] }),
      watching<Build>({ kind: Build, keysOf: () => [] }),
    ],
    reconcile: (change, context) => reconcile(change, { context, git, settings }),
  });
}

interface Tools {
  context: Context;
  git: GitServer;
  settings: Settings;
}

/** One service, looked at for one change. */
interface Look extends Tools {
  change: Stored<ChangeRequest>;
  run: ChangeRun;
  workload: Stored<Workload>;
  repository: Stored<Repository>;
  team: string;
}

function keyOf({ metadata: { name, namespace = '' } }: Stored<ChangeRequest>): Key {
  return { namespace, name };
}

function openChanges(changes: Stored<ChangeRequest>[]): Stored<ChangeRequest>[] {
  return changes.filter(({ status }) => status?.state === 'open');
}

/** Several changes may have one head, and one run serves them all. */
function changesOfRun({ metadata }: AnyObject, { cache }: Pick<Context, 'cache'>): Key[] {
  const { namespace = '', annotations = {} } = metadata;
  if (annotations[CHANGE_ANNOTATION] === undefined) return [];
  const changes = openChanges(cache(ChangeRequest).list({ namespace }));
  const head = annotations[REVISION_ANNOTATION];
  return changes.filter(({ status }) => status?.headRevision === head).map(keyOf);
}

async function reconcile(change: Stored<ChangeRequest>, tools: Tools): Promise<Outcome> {
  const { cache } = tools.context;
  const { namespace = '' } = change.metadata;
  const team = teamOf(namespace);
  if (!team || change.metadata.deletionTimestamp) return done;
  await stopOutdated(change, tools.context);
  const { state, run, headRevision } = change.status ?? {};
  // Source looks at a head that moved before anything else happens with it.
  if (state !== 'open' || run?.revision !== headRevision || !run) return done;
  const repository = cache(Repository).get({ namespace, name: change.spec.repository });
  if (!repository) return done;
  const workloads = cache(Workload).list({ namespace });
  for (const workload of workloads.filter(({ spec }) => spec.repository === repository.spec.name))
    if (!workload.metadata.deletionTimestamp)
      await tell({ ...tools, change, run, workload, repository, team });
  return done;
}

/** What nobody waits for any more: the head has moved on, or the change is closed. */
async function stopOutdated(change: Stored<ChangeRequest>, { cache, client }: Context): Promise<void> {
  const { namespace = '', name } = change.metadata;
  const changes = openChanges(cache(ChangeRequest).list({ namespace }));
  const heads = new Set(changes.map(({ status }) => status?.headRevision ?? ''));
  const own = cache(Workflow)
    .list({ namespace })
    .filter(({ metadata }) => metadata.annotations?.[CHANGE_ANNOTATION] === name);
  for (const workflow of own.filter(each => isOutdated(each, heads)))
    await client.patch(
      Workflow,
      { namespace, name: workflow.metadata.name },
      { type: 'merge', body: { spec: { shutdown: 'Stop' } } },
    );
}

/** Starts or follows the run of one service, and says how it stands. */
async function tell(look: Look): Promise<void> {
  const { change, run, workload, repository, context, git, settings } = look;
  const service = workload.metadata.name;
  const { namespace = '' } = workload.metadata;
  const name = checkName(service, run);
  const page = `${settings.addresses.url('')}/pipelines/${namespace}/${name}`;
  const said = checkOf(change, checkContext(service));
  const workflow = context.cache(Workflow).get({ namespace, name });
  // A run that ended and was cleaned up since is not begun anew.
  if (!workflow && run.allowed && said && isFinal(said) && said.targetUrl === page) return;
  const { verdict, url } = await standing(look, workflow, page);
  if (isSaid(said, verdict, url)) return;
  const { owner, name: path } = repository.spec;
  await git.report(`${owner}/${path}`, run.revision, { ...verdict, context: checkContext(service), url });
}

async function standing(
  look: Look,
  workflow: Stored<AnyObject> | undefined,
  page: string,
): Promise<{ verdict: Verdict; url: string }> {
  if (workflow) return { verdict: await followed(look, workflow), url: page };
  if (!look.run.allowed) return { verdict: NEEDS_APPROVAL, url: '' };
  try {
    const started = await start(look);
    return started ? { verdict: verdictOn(started), url: page } : { verdict: NOTHING_TO_BUILD, url: '' };
  } catch (error) {
    // The change's own files are wrong: only another push can help.
    if (!(error instanceof RenderError)) throw error;
    return { verdict: unreadable(messageOf(error)), url: '' };
  }
}

async function followed(
  { workload, team, run, context }: Look,
  workflow: Stored<AnyObject>,
): Promise<Verdict> {
  const verdict = verdictOn(workflow);
  if (verdict.state === 'pending' || verdict.state === 'success') return verdict;
  const { namespace = '' } = workload.metadata;
  const image = changeImageRepository(team, workload.metadata.name);
  const build = context
    .cache(Build)
    .list({ namespace, labels: { [WORKLOAD_LABEL]: workload.metadata.name } })
    .find(({ spec }) => spec.image === image && spec.source.git.revision === run.revision);
  return verdictOn(workflow, await pipelineFailure(context.client, workflow, build));
}

/** Starts the pipeline of the head, or finds it started; nothing where there is nothing to build. @throws RenderError */
async function start({
  change,
  run,
  workload,
  repository,
  team,
  context,
  git,
}: Look): Promise<AnyObject | undefined> {
  const { revision, attempt } = run;
  const reader = git.reader(`${repository.spec.owner}/${repository.spec.name}`, revision);
  if (await unbuiltObjects(reader)) return undefined;
  const own = await ownPipeline(reader);
  await deployObjects(reader);
  const check = { change: change.metadata.name, attempt };
  const pipeline = pipelineOf({ workload, team, repository, revision, check, ...(own ? { own } : {}) });
  try {
    return await context.client.create(Workflow, pipeline);
  } catch (error) {
    if (own && hasReason(error, 'Invalid', 'BadRequest'))
      throw new RenderError('ManifestInvalid', PIPELINE_FILE, messageOf(error));
    if (!hasReason(error, 'AlreadyExists')) throw error;
    const key = { namespace: workload.metadata.namespace ?? '', name: pipeline.metadata.name ?? '' };
    return context.client.get(Workflow, key);
  }
}
