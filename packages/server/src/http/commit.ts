import type { KubeObject } from '@slipway/api';
import type { ResourceInfo } from '../schema/index.ts';
import type { Change, Entry } from '../store/store.ts';
import { storageOf, toStorage } from './convert.ts';
import { auditedResource, type Exchange, sourceOf, type Target } from './exchange.ts';
import { keyFor } from './read.ts';

/** What a write came to: the object as it now stands (or would, in a dry run). */
export interface Outcome {
  object: KubeObject;
  /** The stored version, unless nothing is stored under this key now. */
  entry: Entry | undefined;
}

class DryRun extends Error {
  readonly outcome: Outcome;
  constructor(outcome: Outcome) {
    super('dry run');
    this.outcome = outcome;
  }
}

export type Decision = { change: 'put' | 'remove' | 'keep'; object: KubeObject };

/** Decides and writes one object, with its audit record; in a dry run everything but the writing happens. */
export async function commit(
  exchange: Exchange,
  place: { target: Target; name: string; verb: string; dryRun: boolean },
  decide: (live: Entry | undefined) => Promise<Decision>,
): Promise<Outcome> {
  const { store } = exchange.parts;
  const key = keyFor(place.target, place.name);
  const resource = storageOf(place.target.info);
  let decided: Decision | undefined;
  try {
    const entry = await store.write({
      resource,
      key,
      audit: auditOf(exchange, { ...place.target, key, verb: place.verb }),
      decide: async live => {
        decided = await decide(live);
        if (place.dryRun && decided.change !== 'keep')
          throw new DryRun({ object: decided.object, entry: live });
        return { change: decided.change, object: toStorage(decided.object, place.target.info) } as Change;
      },
    });
    return { object: decided?.object ?? ({} as KubeObject), entry };
  } catch (error) {
    if (error instanceof DryRun) return error.outcome;
    throw error;
  }
}

function auditOf(
  exchange: Exchange,
  about: { info: ResourceInfo; key: string; verb: string; subresource?: string },
) {
  const { kind } = about.info;
  return {
    actor: exchange.user.username,
    door: 'api',
    verb: about.verb,
    resource: auditedResource(kind.group, kind.plural, about.subresource),
    object: about.key,
    source: sourceOf(exchange),
    outcome: 'allowed' as const,
  };
}
