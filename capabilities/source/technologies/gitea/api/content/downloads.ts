import { exitOf, spawnGit } from '@slipway/sources';
import { ApiError, notFound, type Operation } from '../call.ts';
import { openRepository } from '../repository-access.ts';
import { cleanPath } from './contents.ts';
import { entryAt } from './entries.ts';
import { readerOf, resolveCommit } from './revision.ts';

/** `GET …/raw/{path}?ref=`: the bytes of a file. Never shown by a browser as a page of ours. */
export const getRaw: Operation = async call => {
  const repository = await openRepository(call);
  const path = cleanPath(call.params.path ?? '');
  const commit = await resolveCommit(call, repository, call.query.get('ref'));
  const reader = readerOf(call, repository);
  const entry = await entryAt(reader, commit, path);
  const blob = entry?.type === 'blob' ? await reader.read(entry.id) : undefined;
  if (!blob) throw notFound(`object does not exist [id: , rel_path: ${path}]`);
  const isText = !blob.data.subarray(0, 8000).includes(0);
  return {
    status: 200,
    raw: blob.data,
    contentType: isText ? 'text/plain; charset=utf-8' : 'application/octet-stream',
    headers: {
      etag: `"${blob.id}"`,
      'content-security-policy': "default-src 'none'; sandbox",
      'access-control-expose-headers': 'Content-Disposition',
    },
  };
};

/** `GET …/archive/{ref}.tar.gz` or `.zip`, made by git while it is sent. */
export const getArchive: Operation = async call => {
  const repository = await openRepository(call);
  const [, ref = '', ending = ''] = /^(.+)\.(tar\.gz|zip)$/.exec(call.params.archive ?? '') ?? [];
  if (!ref)
    throw new ApiError(400, `unknown archive format: "${call.params.archive}"; .tar.gz and .zip are served`);
  const commit = await resolveCommit(call, repository, ref);
  const format = ending === 'zip' ? 'zip' : 'tar.gz';
  const { name } = repository.name;
  const args = [
    '--git-dir',
    repository.path,
    'archive',
    `--format=${format}`,
    `--prefix=${name.toLowerCase()}/`,
    commit,
  ];
  const { gitEnv, signal } = call.server;
  const child = spawnGit(args, { env: gitEnv, signal });
  child.stderr.resume();
  child.stdin.end();
  exitOf(child, args).catch(error => child.stdout.destroy(error));
  return {
    status: 200,
    raw: child.stdout,
    contentType: ending === 'zip' ? 'application/zip' : 'application/gzip',
    headers: {
      'content-disposition': `attachment; filename="${name}-${ref.replace(/[^\w.-]/g, '-')}.${ending}"`,
    },
  };
};
