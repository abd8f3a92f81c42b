import { hasReason, messageOf, type Stored, type UserInfo } from '@slipway/api';
import type { TemplateRun } from '@slipway/kinds';
import type { Made } from '../actions/action.ts';
import { BRANCH_KIND } from '../actions/pull-request.ts';
import type { CatalogState } from '../state.ts';
import { isSame, type Journal } from './journal.ts';
import { MADE_BY } from './made-by.ts';
import { creatorOf, mayUse } from './rights.ts';

/** Removes what a run made, newest first, with its creator's rights. Gives what could not be removed, and why. */
export async function undo(
  state: CatalogState,
  run: Stored<TemplateRun>,
  journal: Journal,
): Promise<string[]> {
  const left: string[] = [];
  for (const made of [...(journal.status.inventory ?? [])].reverse()) {
    try {
      await remove(state, run, made);
      // Where the run itself was deleted nobody keeps books any more.
      await journal
        .change(draft => {
          draft.inventory = (draft.inventory ?? []).filter(entry => !isSame(entry, made));
        })
        .catch(ignoreGone);
    } catch (error) {
      left.push(`${made.kind} ${made.name} (${messageOf(error)})`);
    }
  }
  return left;
}

function ignoreGone(error: unknown): void {
  if (!hasReason(error, 'NotFound')) throw error;
}

/** Undoing on demand needs the right to delete repositories; objects ask for it themselves. @throws StatusError */
export async function requireMayUndo(state: CatalogState, run: Stored<TemplateRun>): Promise<void> {
  const user = creatorOf(run.metadata.annotations);
  for (const { kind, namespace = '', name } of run.status?.inventory ?? []) {
    const of = { group: 'source.slipway.dev', resource: 'repositories', namespace };
    if (kind === 'Repository') await mayUse({ state, user }, { verb: 'delete', ...of, name });
    const { repository } = branchOf(name);
    if (kind === BRANCH_KIND) await mayUse({ state, user }, { verb: 'update', ...of, name: repository });
  }
}

async function remove(state: CatalogState, run: Stored<TemplateRun>, made: Made): Promise<void> {
  if (made.kind === 'Repository') {
    const owner = (made.namespace ?? '').replace(/^team-/, '');
    const path = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(made.name)}`;
    const { status } = await state.git({ method: 'DELETE', path });
    if (status !== 204 && status !== 404) throw new Error(`the Git server answered ${status}`);
    return;
  }
  if (made.kind === BRANCH_KIND) return removeBranch(state, creatorOf(run.metadata.annotations), made);
  const client = state.actAs(creatorOf(run.metadata.annotations));
  const kind = await client.discover(made.apiVersion, made.kind);
  if (!kind) return;
  const key = { name: made.name, ...(made.namespace ? { namespace: made.namespace } : {}) };
  const present = await client.find(kind, key);
  // Somebody else's by now, or from the first: it is not this run's to remove.
  if (present && present.metadata.annotations?.[MADE_BY] !== run.metadata.uid) return;
  try {
    await client.delete(kind, key);
  } catch (error) {
    if (!hasReason(error, 'NotFound')) throw error;
  }
}

function branchOf(name: string): { repository: string; branch: string } {
  const colon = name.indexOf(':');
  return { repository: name.slice(0, colon), branch: name.slice(colon + 1) };
}

/** With the branch the change from it is closed; what was merged stays merged, and what others pushed stays. */
async function removeBranch(
  state: CatalogState,
  user: UserInfo,
  { namespace = '', name }: Made,
): Promise<void> {
  const { repository, branch } = branchOf(name);
  const path = `/repos/${[namespace.replace(/^team-/, ''), repository].map(encodeURIComponent).join('/')}`;
  const at = `${path}/branches/${branch.split('/').map(encodeURIComponent).join('/')}`;
  const pulls = await state.git({ method: 'GET', path: `${path}/pulls?state=open&limit=50`, as: user });
  if (pulls.status === 404) return;
  const open = JSON.parse(pulls.body.toString()) as { number: number; head: { ref: string } }[];
  const own = open.find(({ head }) => head.ref === branch);
  if (own) {
    const commits = await state.git({ method: 'GET', path: `${path}/pulls/${own.number}/commits`, as: user });
    const count = (JSON.parse(commits.body.toString()) as unknown[]).length;
    if (count > 1) throw new Error(`others pushed to it: close change #${own.number} by hand`);
  }
  const { status } = await state.git({ method: 'DELETE', path: at, as: user });
  if (status !== 204 && status !== 404) throw new Error(`the Git server answered ${status}`);
}
