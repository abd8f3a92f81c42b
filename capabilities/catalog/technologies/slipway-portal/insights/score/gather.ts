import type { Stored } from '@slipway/api';
import {
  BranchProtection,
  Build,
  Entity,
  type EnvironmentDelivery,
  Group,
  Repository,
  Team,
  Workflow,
  type Workload,
} from '@slipway/kinds';
import type { Context } from '@slipway/runtime';
import { type GitServer, readRepositoryFile } from '../../git-server/call.ts';
import type { PipelineStep, Seen } from './facts.ts';

const WORKLOAD_LABEL = 'slipway.dev/workload';
/** What was read of a revision does not change; this many are remembered. */
const MOST_REMEMBERED = 500;

/** Reads once for each revision how long a repository's README is. */
export function readmeReader(git: GitServer): (about: RevisionOf) => Promise<number | undefined> {
  const known = new Map<string, number>();
  return async about => {
    const key = `${about.owner}/${about.name}@${about.revision}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const text = await readRepositoryFile(git, { ...about, path: 'README.md' }).catch(() => null);
    if (text === null) return undefined;
    const length = text?.trim().length ?? 0;
    known.set(key, length);
    for (const oldest of known.keys()) {
      if (known.size <= MOST_REMEMBERED) break;
      known.delete(oldest);
    }
    return length;
  };
}

interface RevisionOf {
  owner: string;
  name: string;
  revision: string;
}

/** Everything that facts are made of, from the caches where they are kept, else asked. */
export async function gather(
  workload: Stored<Workload>,
  context: Context,
  known: {
    readme(about: RevisionOf): Promise<number | undefined>;
    delivery: EnvironmentDelivery[];
    now: number;
  },
): Promise<Seen> {
  const { name, namespace = '' } = workload.metadata;
  const { cache } = context;
  const entity = cache(Entity).get({ namespace, name: `component.${name}` });
  const groups = [...cache(Team).list(), ...cache(Group).list()].map(each => each.metadata.name);
  const [readmeLength, steps] = await Promise.all([
    readmeOf(workload, context, known.readme),
    stepsOf(workload, context),
  ]);
  return {
    workload,
    ...(entity ? { entity } : {}),
    groups,
    ...(readmeLength === undefined ? {} : { readmeLength }),
    ...(steps ? { steps } : {}),
    builds: cache(Build).list({ namespace, labels: { [WORKLOAD_LABEL]: name } }),
    protections: cache(BranchProtection).list({ namespace }),
    delivery: known.delivery,
    now: known.now,
  };
}

async function readmeOf(
  { metadata, spec }: Workload,
  { client }: Context,
  readme: (about: RevisionOf) => Promise<number | undefined>,
): Promise<number | undefined> {
  const key = { namespace: metadata.namespace ?? '', name: spec.repository };
  const repository = await client.find(Repository, key);
  const revision = repository?.status?.branches?.[spec.branch ?? 'main'];
  if (!repository || !revision) return undefined;
  return readme({ owner: repository.spec.owner, name: repository.spec.name, revision });
}

/** Steps of the newest pipeline once it has ended; what runs still says nothing. */
async function stepsOf(
  { metadata, status }: Workload,
  { client }: Context,
): Promise<PipelineStep[] | undefined> {
  const { workflow, phase = '' } = status?.pipeline ?? {};
  if (!workflow || !/^(Succeeded|Failed|Error)$/.test(phase)) return undefined;
  const run = await client.find(Workflow, { namespace: metadata.namespace ?? '', name: workflow });
  const nodes = (run?.status as { nodes?: Record<string, PipelineStep> } | undefined)?.nodes;
  return nodes ? Object.values(nodes) : undefined;
}
