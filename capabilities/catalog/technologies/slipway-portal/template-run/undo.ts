import { hasReason, messageOf, type Stored } from '@slipway/api';
import type { TemplateRun } from '@slipway/kinds';
import type { Made } from '../actions/action.ts';
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
    if (kind !== 'Repository') continue;
    const attributes = { group: 'source.slipway.dev', resource: 'repositories', namespace, name };
    await mayUse({ state, user }, { verb: 'delete', ...attributes });
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
