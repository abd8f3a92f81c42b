import type { Stored } from '@slipway/api';
import { Promotion } from '@slipway/kinds';
import type { Look } from '../workload/look.ts';

interface Delivered {
  image?: string;
  revision: string;
}

/** What the newest promotion brought to an environment. */
export function promotedTo(look: Look, environment: string): Delivered | undefined {
  return deliveredBy(newestTo(look, environment));
}

/**
 * What a rollback put into the first environment: it stays until the branch moves on, for the build that was rolled
 * back would otherwise come again at once.
 */
export function heldBack(look: Look, environment: string): Delivered | undefined {
  const newest = newestTo(look, environment);
  return newest?.status?.head === look.revision ? deliveredBy(newest) : undefined;
}

function deliveredBy(promotion: Stored<Promotion> | undefined): Delivered | undefined {
  const { image, revision } = promotion?.status ?? {};
  return revision ? { revision, ...(image ? { image } : {}) } : undefined;
}

function newestTo({ workload, context }: Look, environment: string): Stored<Promotion> | undefined {
  const { name, namespace = '' } = workload.metadata;
  return context
    .cache(Promotion)
    .list({ namespace })
    .filter(({ spec, status }) => spec.workload === name && spec.to === environment && status?.commit)
    .sort((a, b) => (a.status?.decidedAt ?? '').localeCompare(b.status?.decidedAt ?? ''))
    .at(-1);
}
