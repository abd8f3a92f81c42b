import { apiVersionOf, type KubeObject } from '@slipway/api';
import type { ResourceInfo } from '../schema/index.ts';
import type { Entry } from '../store/store.ts';
import { tableOf } from '../table/index.ts';
import { parseEntry, textOf } from './convert.ts';
import type { Answer, Exchange, Pieces } from './exchange.ts';
import { listPieces, type Part, yamlOf } from './list-pieces.ts';
import { negotiate, type Shape } from './negotiate.ts';

/** One object, given parsed, in the shape the request asks for. */
export function objectAnswer(
  exchange: Exchange,
  object: KubeObject,
  info: ResourceInfo,
  status = 200,
): Answer {
  const shape = negotiate(exchange.incoming.accept);
  if (shape.as === 'object' && shape.type === 'application/json') {
    return { status, contentType: shape.type, body: JSON.stringify(object) };
  }
  return {
    status,
    contentType: shape.type,
    body: written(shaped(exchange, [object], { info, shape }), shape),
  };
}

/** One object as it is stored; mostly its bytes. */
export function entryAnswer(exchange: Exchange, entry: Entry, info: ResourceInfo, status = 200): Answer {
  const shape = negotiate(exchange.incoming.accept);
  if (shape.as === 'object' && shape.type === 'application/json') {
    return { status, contentType: shape.type, body: textOf(entry, info, apiVersionOf(info.kind)) };
  }
  return objectAnswer(exchange, parseEntry(entry, info), info, status);
}

export interface ListMeta {
  resourceVersion: string;
  continue?: string;
  remainingItemCount?: number;
}

const PIECE = 256 * 1024;

/** A list. Plain JSON is joined from stored texts; other shapes are made from parsed objects. */
export function listAnswer(
  exchange: Exchange,
  entries: Entry[],
  { info, metadata }: { info: ResourceInfo; metadata: ListMeta },
): Answer {
  const shape = negotiate(exchange.incoming.accept);
  if (shape.as === 'object' && shape.type === 'application/json') {
    return { status: 200, contentType: shape.type, body: joinedList(entries, info, metadata) };
  }
  const part: Part = some => {
    const objects = some.map(entry => parseEntry(entry, info));
    return shaped(exchange, objects, { info, shape, list: metadata }) as Record<string, unknown>;
  };
  return { status: 200, contentType: shape.type, body: listPieces(entries, part, shape) };
}

function joinedList(entries: Entry[], info: ResourceInfo, metadata: ListMeta): Pieces {
  let size = 0;
  for (const entry of entries) size += entry.text.length + 1;
  return { size, [Symbol.iterator]: () => storedPieces(entries, info, metadata) };
}

function* storedPieces(entries: Entry[], info: ResourceInfo, metadata: ListMeta): Generator<string> {
  const apiVersion = apiVersionOf(info.kind);
  const head = JSON.stringify({ kind: info.listKind, apiVersion, metadata });
  const shorten = info.custom ? undefined : `{"apiVersion":"${apiVersion}","kind":"${info.kind.kind}",`;
  let texts: string[] = [];
  let size = 0;
  let lead = `${head.slice(0, -1)},"items":[`;
  for (const entry of entries) {
    texts.push(untyped(textOf(entry, info, apiVersion), shorten));
    size += entry.text.length;
    if (size < PIECE) continue;
    yield lead + texts.join(',');
    lead = ',';
    texts = [];
    size = 0;
  }
  // The last piece may be empty of items; then there is no comma to write either.
  yield `${texts.length === 0 && lead === ',' ? '' : lead}${texts.join(',')}]}\n`;
}

/** Items of built-in lists do not repeat what the list says of all of them. */
function untyped(text: string, head: string | undefined): string {
  return head !== undefined && text.startsWith(head) ? `{${text.slice(head.length)}` : text;
}

function written(value: unknown, shape: Shape): string {
  return shape.type === 'application/yaml' ? yamlOf(value) : JSON.stringify(value);
}

interface Shaping {
  info: ResourceInfo;
  shape: Shape;
  /** Absent for a single object. */
  list?: ListMeta;
}

function shaped(exchange: Exchange, objects: KubeObject[], { info, shape, list }: Shaping): unknown {
  if (shape.as === 'table') return withListMeta(tableFor(exchange, objects, info), list);
  const items = shape.as === 'metadata' ? objects.map(metadataOnly) : objects;
  if (!list) return items[0];
  const kind = shape.as === 'metadata' ? 'PartialObjectMetadataList' : info.listKind;
  const apiVersion = shape.as === 'metadata' ? 'meta.k8s.io/v1' : apiVersionOf(info.kind);
  return { kind, apiVersion, metadata: list, items };
}

function withListMeta(table: object, list: ListMeta | undefined): object {
  return list ? { ...table, metadata: list } : table;
}

/** A Table of these objects; `includeObject` says how much of each comes along. */
export function tableFor(exchange: Exchange, objects: KubeObject[], info: ResourceInfo): object {
  const wanted = exchange.incoming.query.get('includeObject');
  const includeObject = wanted === 'None' || wanted === 'Object' ? wanted : 'Metadata';
  return tableOf(info, objects, { includeObject, now: exchange.parts.clock.now() });
}

export function metadataOnly(object: KubeObject): KubeObject {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}
