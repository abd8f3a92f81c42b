import { createHash } from 'node:crypto';
import type { Registry, ResourceInfo } from '../schema/index.ts';
import { serverVersion } from '../schema/index.ts';
import { protobufV2 } from './protobuf.ts';
import { inTurns, jsonSteps, type Steps } from './steps.ts';
import { documentV2 } from './v2.ts';
import { documentV3 } from './v3.ts';

export interface OpenApiAnswer {
  contentType: string;
  /** JSON text, or bytes of the protobuf form. */
  body: string | Uint8Array;
  /** Quoted, ready for the header. */
  etag: string;
}

/**
 * `/openapi/v2`, `/openapi/v3` and `/openapi/v3/<group version>`; `accept` is the Accept header.
 * Undefined for other paths and for group versions that are not served. Documents of v3 are built for each request:
 * clients keep them by their hash, and keeping them here would cost megabytes. Others get their turns meanwhile.
 */
export async function openApiDocument(
  path: string,
  accept: string,
  registry: Registry,
): Promise<OpenApiAnswer | undefined> {
  const plain = path.replace(/\/$/, '');
  if (plain === '/openapi/v2') return answerV2(accept, registry);
  if (plain === '/openapi/v3') return indexV3(registry);
  const infos = groupVersions(registry).get(plain.replace(/^\/openapi\/v3\//, ''));
  if (!infos) return undefined;
  const etag = `"${await inTurns(hashOf(infos), 1)}"`;
  return { contentType: 'application/json', etag, body: await inTurns(jsonOf(documentV3(infos))) };
}

/** Deep enough that no part is long: `components.schemas.<name>`, `paths.<path>.<method>`. */
const DEPTH = 3;

function* jsonOf(document: Steps<unknown>): Steps<string> {
  return yield* jsonSteps(yield* document, DEPTH);
}

function* protobufOf(document: Steps<unknown>): Steps<Uint8Array> {
  return yield* protobufV2(yield* document);
}

/** Resources by `apis/apps/v1` or `api/v1`. */
function groupVersions(registry: Registry): Map<string, ResourceInfo[]> {
  return Map.groupBy(registry.all(), ({ kind }) =>
    kind.group === '' ? `api/${kind.version}` : `apis/${kind.group}/${kind.version}`,
  );
}

async function indexV3(registry: Registry): Promise<OpenApiAnswer> {
  const paths: Record<string, unknown> = {};
  for (const [path, infos] of groupVersions(registry)) {
    const hash = await inTurns(hashOf(infos), 1);
    paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` };
  }
  const body = JSON.stringify({ paths });
  return { contentType: 'application/json', body, etag: `"${textHash(body)}"` };
}

const PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
/** The first name has a character that media types may not have; old clients still ask for it. */
const PROTOBUF_NAMES = [PROTOBUF, PROTOBUF.replace('v2.v1', 'v2@v1')];

/** The whole document takes long to make and clients ask again and again: the last one is kept. */
const lastV2 = new WeakMap<Registry, LastV2>();

interface LastV2 {
  etag: string;
  contentType: string;
  /** Under way for all who asked meanwhile. */
  answer: Promise<OpenApiAnswer>;
}

async function answerV2(accept: string, registry: Registry): Promise<OpenApiAnswer> {
  const groups = [...groupVersions(registry).values()];
  const hashes: string[] = [];
  for (const infos of groups) hashes.push(await inTurns(hashOf(infos), 1));
  const etag = `"${textHash(hashes.join())}"`;
  const wanted = accept.split(',').map(part => part.split(';')[0]?.trim() ?? '');
  const asProtobuf = wanted.some(type => PROTOBUF_NAMES.includes(type));
  const contentType = asProtobuf ? PROTOBUF : 'application/json';
  const last = lastV2.get(registry);
  if (last?.etag === etag && last.contentType === contentType) return last.answer;
  const document = documentV2(groups);
  const work: Steps<string | Uint8Array> = asProtobuf ? protobufOf(document) : jsonOf(document);
  const answer = inTurns(work).then(body => ({ contentType, etag, body }));
  lastV2.set(registry, { etag, contentType, answer });
  return answer;
}

/** Says what a document is made of without making it: built-in kinds change only with the version served. */
function* hashOf(infos: ResourceInfo[]): Steps<string> {
  const hashes: string[] = [];
  for (const info of infos) {
    // Only what is read from a CRD for the first time takes long, but then alone as long as a turn may.
    if (info.custom && !partHashes.has(info)) yield;
    hashes.push(partHash(info));
  }
  return textHash(hashes.join());
}

const partHashes = new WeakMap<ResourceInfo, string>();

function partHash(info: ResourceInfo): string {
  const known = partHashes.get(info);
  if (known) return known;
  const identity = JSON.stringify([info.kind, info.verbs, info.subresources, info.listKind]);
  const content = info.custom ? JSON.stringify(info.schema) : (serverVersion().gitVersion ?? '');
  const hash = textHash(`${identity}${content}`);
  partHashes.set(info, hash);
  return hash;
}

function textHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').toUpperCase();
}
