import type { Digest } from '@slipway/oci';
import { Failure } from '../registry/failure.ts';
import { refusing } from '../registry/refusing.ts';
import type { Upload } from '../registry/uploads.ts';
import { checkLength, checkName, digestIn, type Exchange, send, type Target } from './exchange.ts';
import { demand } from './rights.ts';

/** POST: mounts a blob, takes it whole, or begins an upload. */
export async function beginUpload(exchange: Exchange, { repository }: Target): Promise<void> {
  const { query, registry, uploads } = exchange;
  checkName(repository);
  await demand(exchange.rights, exchange.user, 'update', repository);
  const mount = query.get('mount');
  if (mount !== null && (await mounted(exchange, repository, digestIn(mount)))) return;
  const whole = query.get('digest');
  if (whole === null) {
    sendProgress(exchange, 202, uploads.begin(repository));
    return;
  }
  const digest = digestIn(whole);
  checkLength(exchange);
  await registry.guarded(digest, async () => {
    const written = await refusing(() =>
      registry.blobs.write(exchange.request, digest, { limit: exchange.limit }),
    );
    await registry.link(repository, [written]);
  });
  sendCreated(exchange, repository, digest);
}

async function mounted(exchange: Exchange, repository: string, digest: Digest): Promise<boolean> {
  const { query, registry, rights, user } = exchange;
  const named = query.get('from');
  // Without a source any repository will do that has the blob and that the client may read anyway.
  for (const from of named === null ? registry.holders(digest) : [named]) {
    if (!(await rights.allows(user, 'get', from))) continue;
    if (!(await registry.mount(digest, { from, to: repository }))) continue;
    sendCreated(exchange, repository, digest);
    return true;
  }
  return false;
}

/** PATCH: the next piece. */
export async function appendUpload(exchange: Exchange, target: Target): Promise<void> {
  const upload = await found(exchange, target);
  checkLength(exchange);
  checkStart(exchange, upload);
  await exchange.uploads.append(upload, exchange.request);
  sendProgress(exchange, 202, upload);
}

/** PUT: the last piece (or all of it) and the digest. */
export async function finishUpload(exchange: Exchange, target: Target): Promise<void> {
  const { registry, uploads, request } = exchange;
  const upload = await found(exchange, target);
  const digest = digestIn(exchange.query.get('digest'));
  checkLength(exchange);
  checkStart(exchange, upload);
  await registry.guarded(digest, async () => {
    const written = await uploads.finish(upload, request, digest);
    await registry.link(target.repository, [written]);
  });
  sendCreated(exchange, target.repository, digest);
}

/** GET: how far it is. */
export async function getUpload(exchange: Exchange, target: Target): Promise<void> {
  sendProgress(exchange, 204, await found(exchange, target));
}

export async function cancelUpload(exchange: Exchange, target: Target): Promise<void> {
  await exchange.uploads.cancel(await found(exchange, target));
  send(exchange, 204);
}

async function found(exchange: Exchange, { repository, id }: Target): Promise<Upload> {
  await demand(exchange.rights, exchange.user, 'update', repository);
  return exchange.uploads.find(repository, id);
}

/** A piece must begin where the last one ended (distribution-spec, "Pushing a blob in chunks"). */
function checkStart({ request }: Exchange, upload: Upload): void {
  const range = request.headers['content-range'];
  if (range === undefined) return;
  const start = /^(?:bytes )?(\d+)-\d+(?:\/.*)?$/.exec(range)?.[1];
  if (start !== undefined && Number(start) === upload.size) return;
  throw new Failure(
    'RANGE_INVALID',
    `upload ${upload.id}: holds ${upload.size} bytes; ${range} does not follow`,
    {
      headers: progressOf(upload),
    },
  );
}

function progressOf(upload: Upload): Record<string, string> {
  return {
    location: `/v2/${upload.repository}/blobs/uploads/${upload.id}`,
    range: `0-${Math.max(0, upload.size - 1)}`,
    'docker-upload-uuid': upload.id,
  };
}

function sendProgress(exchange: Exchange, status: number, upload: Upload): void {
  send(exchange, status, { ...progressOf(upload), ...(status === 204 ? {} : { 'content-length': 0 }) });
}

function sendCreated(exchange: Exchange, repository: string, digest: Digest): void {
  send(exchange, 201, {
    location: `/v2/${repository}/blobs/${digest}`,
    'docker-content-digest': digest,
    'content-length': 0,
  });
}
