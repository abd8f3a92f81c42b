import { type ParsedCommit, parseCommit, readRefs } from '@slipway/sources';
import { type ApiCall, notFound } from '../call.ts';
import type { OpenRepository } from '../repository-access.ts';

/** Full id of what a branch, tag, full reference or (short) commit id names; the default branch without one. */
export async function resolveCommit(
  call: ApiCall,
  repository: OpenRepository,
  ref: string | null,
): Promise<string> {
  const wanted = ref || repository.defaultBranch;
  const branch = (await readRefs(repository.path)).get(wanted.replace(/^(refs\/)?heads\//, ''));
  if (branch) return branch;
  const plain = /^[A-Za-z0-9._/-]+$/.test(wanted) && !/(^|\/)\.\.?(\/|$)|\.\./.test(wanted);
  const found = plain ? await readerOf(call, repository).info(`${wanted}^{commit}`) : undefined;
  if (!found) throw notFound(`object does not exist [id: ${wanted}, rel_path: ]`);
  return found.id;
}

export function readerOf(call: ApiCall, repository: OpenRepository) {
  return call.server.readers.of(repository.path);
}

export async function readCommit(
  call: ApiCall,
  repository: OpenRepository,
  id: string,
): Promise<ParsedCommit> {
  const found = await readerOf(call, repository).read(id);
  if (found?.type !== 'commit') throw notFound(`object does not exist [id: ${id}, rel_path: ]`);
  return parseCommit(found.id, found.data);
}

/** The branch as a name and its commit; undefined when there is no such branch. */
export async function branchTip(repository: OpenRepository, branch: string): Promise<string | undefined> {
  return (await readRefs(repository.path)).get(branch);
}
