import { type AnyObject, type Clock, hasReason, type Kind, SlipwayError } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Build, CREATED_BY, Retirement, SPEC_BY } from '@slipway/kinds';

const LOOK_MS = 200;

/** One object for each policy that writes down who made what; none of them is ever made. */
const TRIALS: { kind: Kind; annotation: string; spec: object }[] = [
  {
    kind: Build as Kind,
    annotation: CREATED_BY,
    spec: {
      source: { git: { url: 'https://git.slipway.internal/a/b.git', revision: 'main' } },
      image: 'a/b',
    },
  },
  { kind: Retirement as Kind, annotation: SPEC_BY, spec: { workload: 'a' } },
];

/**
 * Waits until the policies of `recordedAuthors` work: a cluster takes a moment after they were made, in which anybody
 * could claim to be somebody else. Whoever asks may create Builds and Retirements in `namespace`; nothing is created.
 * @throws SlipwayError AuthorsUnrecorded when it takes longer than `timeoutMs`
 */
export async function awaitAuthors(
  client: Client,
  { clock, namespace, timeoutMs }: { clock: Clock; namespace: string; timeoutMs: number },
): Promise<void> {
  const end = clock.now() + timeoutMs;
  for (const { kind, annotation, spec } of TRIALS) {
    if (!(await client.discover(`${kind.group}/${kind.version}`, kind.kind))) continue;
    const metadata = {
      namespace,
      name: 'author-trial',
      annotations: { [annotation]: '{"username":"nobody"}' },
    };
    const trial = { apiVersion: `${kind.group}/${kind.version}`, kind: kind.kind, metadata, spec };
    while (!(await isRecorded(client, kind, { trial: trial as AnyObject, annotation }))) {
      if (clock.now() >= end) throw unrecorded(kind.kind, timeoutMs);
      await clock.sleep(LOOK_MS);
    }
  }
}

async function isRecorded(
  client: Client,
  kind: Kind,
  { trial, annotation }: { trial: AnyObject; annotation: string },
): Promise<boolean> {
  try {
    const made = await client.create(kind, trial, { dryRun: true });
    return !made.metadata.annotations?.[annotation]?.includes('nobody');
  } catch (error) {
    // A policy refuses everything until it knows the kinds, which were only just defined.
    if (hasReason(error, 'ServiceUnavailable')) return false;
    throw error;
  }
}

function unrecorded(kind: string, timeoutMs: number): SlipwayError {
  return new SlipwayError(
    'AuthorsUnrecorded',
    `${kind}: who made one is not written down ${Math.round(timeoutMs / 1000)} s after the policies for it were made; see kubectl get mutatingadmissionpolicies`,
  );
}
