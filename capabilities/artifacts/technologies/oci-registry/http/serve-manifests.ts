import { SlipwayError } from '@slipway/api';
import { digestOf, isTag, MEDIA_TYPE, readBody } from '@slipway/oci';
import { Failure } from '../registry/failure.ts';
import { audited } from './audited.ts';
import { checkName, digestIn, type Exchange, send, sendJson, type Target } from './exchange.ts';
import { demand } from './rights.ts';

/** distribution-spec: registries should take at least 4 MiB. */
const MANIFEST_BYTES = 4 << 20;

export async function getManifest(exchange: Exchange, { repository, id }: Target): Promise<void> {
  await demand(exchange.rights, exchange.user, 'get', repository);
  const { record, bytes } = await exchange.registry.manifest(repository, id);
  const headers = {
    'content-type': record.mediaType,
    'content-length': bytes.length,
    'docker-content-digest': record.digest,
    etag: `"${record.digest}"`,
  };
  send(exchange, 200, headers, exchange.request.method === 'HEAD' ? undefined : bytes);
}

export async function putManifest(exchange: Exchange, { repository, id }: Target): Promise<void> {
  const { request, registry } = exchange;
  checkName(repository);
  if (!isTag(id)) digestIn(id);
  await demand(exchange.rights, exchange.user, 'update', repository);
  const mediaType = (request.headers['content-type'] ?? '').replace(/;.*$/, '').trim();
  const bytes = await bodyOf(exchange);
  const action = { action: 'push', repository, reference: id, digest: digestOf(bytes) } as const;
  const record = await audited(exchange, action, () =>
    registry.putManifest(repository, { reference: id, mediaType, bytes }),
  );
  send(exchange, 201, {
    location: `/v2/${repository}/manifests/${record.digest}`,
    'docker-content-digest': record.digest,
    'content-length': 0,
    ...(record.subject ? { 'oci-subject': record.subject } : {}),
  });
}

export async function deleteManifest(exchange: Exchange, { repository, id }: Target): Promise<void> {
  await demand(exchange.rights, exchange.user, 'delete', repository);
  const { record } = await exchange.registry.manifest(repository, id);
  const action = { action: 'delete', repository, reference: id, digest: record.digest } as const;
  await audited(exchange, action, () => exchange.registry.deleteManifest(repository, id));
  send(exchange, 202);
}

/** Manifests whose subject this is (distribution-spec, "Listing Referrers"); none is an empty list. */
export async function listReferrers(exchange: Exchange, { repository, id }: Target): Promise<void> {
  await demand(exchange.rights, exchange.user, 'get', repository);
  const wanted = exchange.query.get('artifactType');
  const all = exchange.registry.referrers(repository, digestIn(id));
  const manifests = wanted === null ? all : all.filter(({ artifactType }) => artifactType === wanted);
  const index = { schemaVersion: 2, mediaType: MEDIA_TYPE.index, manifests };
  sendJson(exchange, index, {
    'content-type': MEDIA_TYPE.index,
    ...(wanted === null ? {} : { 'oci-filters-applied': 'artifactType' }),
  });
}

async function bodyOf({ request }: Exchange): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > MANIFEST_BYTES) throw tooLarge();
  return readBody(request, MANIFEST_BYTES).catch(error => {
    throw error instanceof SlipwayError ? tooLarge() : error;
  });
}

function tooLarge(): Failure {
  return new Failure('MANIFEST_INVALID', `manifest: more than ${MANIFEST_BYTES} bytes`, { status: 413 });
}
