import { refreshChange } from '../../change-request/refresh.ts';
import { findChange, type OpenedChange } from '../../change-request/store.ts';
import { type ApiCall, notFound } from '../call.ts';
import { type OpenRepository, openRepository } from '../repository-access.ts';

export interface OpenChange {
  repository: OpenRepository;
  change: OpenedChange;
}

/** The change of `:index`, as its branches are now. @throws ApiError 404 */
export async function openChange(call: ApiCall): Promise<OpenChange> {
  const repository = await openRepository(call);
  const index = call.params.index ?? '';
  const number = /^[1-9]\d{0,8}$/.test(index) ? Number(index) : 0;
  const found = number > 0 ? await findChange(call.server, repository.name, number) : undefined;
  if (!found) throw notFound();
  const { server } = call;
  const change = await server.serially(repository.path, () => refreshChange(server, repository.name, number));
  return { repository, change: change ?? found };
}
