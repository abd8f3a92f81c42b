import { type AnyObject, hasReason, messageOf, type Stored } from '@slipway/api';
import { type Build, Workflow } from '@slipway/kinds';
import { RenderError, type SourceReader } from '@slipway/render';
import { pipelineFailure } from './failure.ts';
import type { Look, Status } from './look.ts';
import { deployObjects, ownPipeline, PIPELINE_FILE } from './own-files.ts';
import { pipelineOf } from './plan.ts';

type PipelineStatus = NonNullable<Status['pipeline']>;

export function isFailed(phase: string): boolean {
  return phase === 'Failed' || phase === 'Error';
}

export async function pipelineStatus(
  look: Look,
  workflow: AnyObject,
  build: Stored<Build> | undefined,
): Promise<PipelineStatus> {
  const { phase, startedAt, finishedAt } = (workflow.status ?? {}) as Partial<PipelineStatus>;
  const message = isFailed(phase ?? '') ? await messageFor(look, workflow, build) : undefined;
  return {
    workflow: workflow.metadata.name ?? '',
    revision: look.revision,
    phase: phase || 'Pending',
    ...(message ? { message } : {}),
    ...(startedAt ? { startedAt } : {}),
    ...(finishedAt ? { finishedAt } : {}),
  };
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

/**
 * Starts the pipeline of a revision, or finds it started. Manifests are read before: nothing is built that could not
 * be delivered. @throws RenderError when a file of the repository is wrong
 */
export async function startPipeline(look: Look, reader: SourceReader): Promise<AnyObject> {
  const { workload, team, repository, revision, context } = look;
  const own = await ownPipeline(reader);
  await deployObjects(reader);
  const pipeline = pipelineOf({ workload, team, repository, revision, ...(own ? { own } : {}) });
  try {
    const made = await context.client.create(Workflow, pipeline);
    context.event(workload, 'Normal', 'PipelineStarted', `started ${made.metadata.name} for ${revision}`);
    return made;
  } catch (error) {
    if (own && (hasReason(error, 'Invalid') || hasReason(error, 'BadRequest')))
      throw new RenderError('ManifestInvalid', PIPELINE_FILE, messageOf(error));
    if (!hasReason(error, 'AlreadyExists')) throw error;
    return context.client.get(Workflow, {
      namespace: workload.metadata.namespace ?? '',
      name: pipeline.metadata.name ?? '',
    });
  }
}
