import { Failure } from '../registry/failure.ts';
import { audited } from './audited.ts';
import { digestIn, type Exchange, send, type Target } from './exchange.ts';
import { demand } from './rights.ts';
import { sendFile } from './send-file.ts';

/** GET and HEAD of a blob, whole or one range (RFC 9110, section 14). */
export async function getBlob(exchange: Exchange, { repository, id }: Target): Promise<void> {
  const { request, response, registry } = exchange;
  const digest = digestIn(id);
  await demand(exchange.rights, exchange.user, 'get', repository);
  const size = registry.blob(repository, digest)?.size;
  if (size === undefined) {
    throw new Failure('BLOB_UNKNOWN', `blob ${digest} is not in ${repository}`, { detail: { digest } });
  }
  const headers = {
    'content-type': 'application/octet-stream',
    'docker-content-digest': digest,
    etag: `"${digest}"`,
    'accept-ranges': 'bytes',
    'cache-control': 'private, max-age=31536000, immutable',
  };
  const range = request.method === 'HEAD' ? undefined : rangeIn(request.headers.range, size);
  const length = range ? range.end - range.start + 1 : size;
  const part = range ? { 'content-range': `bytes ${range.start}-${range.end}/${size}` } : {};
  response.writeHead(range ? 206 : 200, { ...headers, ...part, 'content-length': length });
  if (request.method === 'HEAD' || length === 0) {
    response.end();
    return;
  }
  await sendFile(registry.blobs.path(digest), range ?? { start: 0, end: size - 1 }, response);
}

export async function deleteBlob(exchange: Exchange, { repository, id }: Target): Promise<void> {
  const digest = digestIn(id);
  await demand(exchange.rights, exchange.user, 'delete', repository);
  const action = { action: 'delete', repository, reference: digest, digest } as const;
  await audited(exchange, action, () => exchange.registry.unlink(repository, digest));
  send(exchange, 202);
}

/** Undefined: the whole; more than one range is answered with the whole, which RFC 9110 allows. */
function rangeIn(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const start = match[1] === '' ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const end = match[1] === '' || match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  if (start <= end) return { start, end };
  throw new Failure('RANGE_INVALID', `range ${header} is not within ${size} bytes`, {
    headers: { 'content-range': `bytes */${size}` },
  });
}
