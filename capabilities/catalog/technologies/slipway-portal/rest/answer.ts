import { createHash } from 'node:crypto';
import type { Stored } from '@slipway/api';
import type { BackstageEntity, Entity } from '@slipway/kinds';
import type { EntityIndex, Indexed } from '../entity/entity-index.ts';
import { parseRef } from '../entity/envelope.ts';
import { type EntityProblem, problemsOf } from '../entity/problems.ts';

export type EntityAnswer = BackstageEntity & Record<string, unknown>;

/** An entity as Backstage's API answers it: with uid, etag, relations and what is wrong with it. */
export function answerOf(object: Stored<Entity>, problems: EntityProblem[] = []): EntityAnswer {
  const { entity } = object.spec;
  const items = problems.map(problem => ({
    ...problem,
    ...(problem.level === 'info' ? {} : { error: { name: 'InputError', message: problem.message } }),
  }));
  return {
    ...entity,
    metadata: { namespace: 'default', ...entity.metadata, uid: object.metadata.uid, etag: etagOf(object) },
    relations: (object.status?.relations ?? []).map(({ type, targetRef }) => ({
      type,
      targetRef,
      target: parseRef(targetRef),
    })),
    ...(items.length > 0 ? { status: { items } } : {}),
  };
}

const etags = new WeakMap<object, string>();

function etagOf(object: Stored<Entity>): string {
  const known = etags.get(object);
  if (known) return known;
  const etag = createHash('sha1').update(JSON.stringify(object.spec)).digest('hex');
  etags.set(object, etag);
  return etag;
}

/** Answers kept as bytes: as many as are asked for again and again, not all there are. */
const MOST_KEPT = 5_000;

interface Kept {
  generation: number;
  bytes: Map<Indexed, Buffer>;
}
const keptOf = new WeakMap<EntityIndex, Kept>();

/** An entity as the bytes of its answer; they are made again only after the index has changed. */
export function answerBytes(index: EntityIndex, item: Indexed): Buffer {
  let kept = keptOf.get(index);
  if (!kept || kept.generation !== index.generation || kept.bytes.size >= MOST_KEPT) {
    kept = { generation: index.generation, bytes: new Map() };
    keptOf.set(index, kept);
  }
  const known = kept.bytes.get(item);
  if (known) return known;
  const bytes = Buffer.from(JSON.stringify(answerOf(item.object, problemsOf(index, item))));
  kept.bytes.set(item, bytes);
  return bytes;
}
