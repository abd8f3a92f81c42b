import { timestamp } from '@slipway/api';
import type { Check, CheckState } from '@slipway/kinds';
import { newestChecks } from '../change-request/plan.ts';
import { refreshChange } from '../change-request/refresh.ts';
import { listChanges } from '../change-request/store.ts';
import { addCheck, checksOf } from '../commit-status/store.ts';
import { type ApiCall, created, type Operation, ok, paged, unprocessable } from './call.ts';
import { urlsOf } from './content/commit-json.ts';
import { resolveCommit } from './content/revision.ts';
import { userJson } from './identity.ts';
import { describe } from './repositories.ts';
import { type OpenRepository, openRepository } from './repository-access.ts';

/** From the worst to the best: the worst is what all of them come to. */
const STATES: CheckState[] = ['error', 'failure', 'pending', 'warning', 'success', 'skipped'];

interface StatusOptions {
  state: string;
  target_url: string;
  description: string;
  context: string;
}

/** `POST …/statuses/{sha}`. */
export const createStatus: Operation = async call => {
  const repository = await openRepository(call, 'update');
  const { server, user } = call;
  const revision = await resolveCommit(call, repository, call.params.sha ?? '');
  const options = await call.body<StatusOptions>();
  const state = STATES.find(each => each === options.state);
  if (!state)
    throw unprocessable(`[State]: ${JSON.stringify(options.state ?? '')}: must be ${STATES.join(', ')}`);
  const check = {
    state,
    context: text(options.context, 'context', 255) || 'default',
    description: text(options.description, 'description', 1_000),
    targetUrl: linkOf(text(options.target_url, 'target_url', 2_000)),
    creator: user.username,
    createdAt: timestamp(server.clock.now()),
  };
  const added = await addCheck(server, repository.name, { revision, check });
  const changes = await listChanges(server, repository.name);
  for (const { spec, status } of changes) {
    if (status.state !== 'open' || status.headRevision !== revision) continue;
    await server.serially(repository.path, () => refreshChange(server, repository.name, spec.number));
  }
  return created(statusJson(call, repository, revision, added));
};

function text(value: unknown, field: string, most: number): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string' || value.length > most)
    throw unprocessable(`[${field}]: must be a text of at most ${most} characters`);
  return value;
}

/** It becomes a link on pages: only ones that a browser opens as a page. */
function linkOf(url: string): string {
  if (url === '' || /^https?:\/\//i.test(url)) return url;
  throw unprocessable(`[target_url]: ${JSON.stringify(url)}: must begin with https:// or http://`);
}

/** `GET …/statuses/{sha}` and `…/commits/{ref}/statuses`: all of them, newest first. */
export const listStatuses: Operation = async call => {
  const repository = await openRepository(call);
  const revision = await revisionOf(call, repository);
  const wanted = call.query.get('state');
  const checks = await checksOf(call.server, repository.name, revision);
  const found = checks.filter(({ state }) => !wanted || state === wanted);
  const order = call.query.get('sort');
  const sorted = order === 'oldest' || order === 'leastindex' ? found : [...found].reverse();
  return paged(
    call,
    sorted.map(check => statusJson(call, repository, revision, check)),
  );
};

/** `GET …/commits/{ref}/status`: the newest of each context, and what they come to. */
export const getCombinedStatus: Operation = async call => {
  const repository = await openRepository(call);
  const revision = await revisionOf(call, repository);
  const checks = newestChecks(await checksOf(call.server, repository.name, revision));
  const { body, ...answer } = paged(call, checks);
  const { api } = urlsOf(repository, call.base);
  return {
    ...answer,
    ...ok({
      state: combined(checks),
      sha: revision,
      total_count: checks.length,
      statuses: (body as Check[]).map(check => statusJson(call, repository, revision, check)),
      repository: await describe(call, repository.object),
      commit_url: `${api}/commits/${revision}`,
      url: `${api}/commits/${revision}/status`,
    }),
  };
};

/** Without any it is nothing yet, as Gitea has it. */
export function combined(checks: Check[]): CheckState | '' {
  const worst = STATES.find(state => checks.some(check => check.state === state));
  if (worst === undefined) return '';
  return worst === 'warning' || worst === 'skipped' ? 'success' : worst;
}

function revisionOf(call: ApiCall, repository: OpenRepository): Promise<string> {
  return resolveCommit(call, repository, call.params.sha ?? call.params.ref ?? '');
}

/** Gitea's CommitStatus. */
function statusJson(call: ApiCall, repository: OpenRepository, revision: string, check: Check) {
  return {
    id: check.id,
    status: check.state,
    target_url: check.targetUrl,
    description: check.description,
    url: `${urlsOf(repository, call.base).api}/statuses/${revision}`,
    context: check.context,
    creator: userJson(check.creator, call.base),
    created_at: check.createdAt,
    updated_at: check.createdAt,
  };
}
