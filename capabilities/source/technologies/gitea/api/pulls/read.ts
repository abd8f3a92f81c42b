import { listChanges, type OpenedChange } from '../../change-request/store.ts';
import { ApiError, noContent, notFound, type Operation, ok, paged } from '../call.ts';
import { openRepository } from '../repository-access.ts';
import { openChange } from './open-change.ts';
import { pullsJson } from './pull-json.ts';

const time = (text: string | undefined) => Date.parse(text ?? '') || 0;
const reviews = ({ status }: OpenedChange) => status.reviews?.length ?? 0;

/** Gitea's `sort`; without one the newest comes first. */
const ORDERS: Record<string, (a: OpenedChange, b: OpenedChange) => number> = {
  oldest: (a, b) => a.spec.number - b.spec.number,
  recentupdate: (a, b) => time(b.status.updatedAt) - time(a.status.updatedAt),
  leastupdate: (a, b) => time(a.status.updatedAt) - time(b.status.updatedAt),
  recentclose: (a, b) => time(b.status.closedAt) - time(a.status.closedAt),
  mostcomment: (a, b) => reviews(b) - reviews(a),
  leastcomment: (a, b) => reviews(a) - reviews(b),
  priority: (a, b) => b.spec.number - a.spec.number,
};

/** `GET …/pulls?state=&sort=&base_branch=&poster=`. */
export const listPulls: Operation = async call => {
  const repository = await openRepository(call);
  const { query } = call;
  const state = query.get('state') || 'open';
  if (!['open', 'closed', 'all'].includes(state))
    throw new ApiError(422, `[state]: ${JSON.stringify(state)}: must be open, closed or all`);
  if (query.get('labels') || Number(query.get('milestone')))
    throw new ApiError(422, '[labels], [milestone]: not supported: changes have neither');
  const [base, poster] = [query.get('base_branch'), query.get('poster')];
  const found = (await listChanges(call.server, repository.name)).filter(({ spec, status }) => {
    if (base && spec.base !== base) return false;
    if (poster && status.author !== poster) return false;
    return state === 'all' || (status.state === 'open') === (state === 'open');
  });
  const order = ORDERS[query.get('sort') ?? ''];
  const { body, ...answer } = paged(call, order ? found.sort(order) : found);
  return { ...answer, body: await pullsJson(call, repository, body as OpenedChange[]) };
};

export const getPull: Operation = async call => {
  const { repository, change } = await openChange(call);
  return ok((await pullsJson(call, repository, [change]))[0]);
};

/** `GET …/pulls/{base}/{head}`: the newest of those two branches. */
export const getPullOfBranches: Operation = async call => {
  const repository = await openRepository(call);
  const { base, head = '' } = call.params;
  const branch = head.replace(/^[^:]*:/, '');
  const changes = await listChanges(call.server, repository.name);
  const found = changes.find(({ spec }) => spec.base === base && spec.head === branch);
  if (!found) throw notFound();
  return ok((await pullsJson(call, repository, [found]))[0]);
};

/** `GET …/pulls/{index}/merge`: whether it was merged, as a status code. */
export const isMerged: Operation = async call => {
  const { change } = await openChange(call);
  if (change.status.state !== 'merged') throw notFound();
  return noContent;
};
