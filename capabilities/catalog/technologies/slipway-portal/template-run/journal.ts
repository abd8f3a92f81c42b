import type { Stored } from '@slipway/api';
import { type Client, updateStatus } from '@slipway/client';
import { TemplateRun } from '@slipway/kinds';
import type { Made } from '../actions/action.ts';
import type { RunStatus } from './plan.ts';

/** The status of one run, written before and after everything that matters: a restart goes on from it. */
export interface Journal {
  readonly status: RunStatus;
  change(edit: (draft: RunStatus) => void): Promise<void>;
}

export async function openJournal(
  client: Client,
  run: Stored<TemplateRun>,
  edit: (draft: RunStatus) => void,
): Promise<Journal> {
  const key = { namespace: run.metadata.namespace ?? '', name: run.metadata.name };
  let status: RunStatus = run.status ?? {};
  const change = async (apply: (draft: RunStatus) => void): Promise<void> => {
    const written = await updateStatus(client, TemplateRun, key, (draft: Stored<TemplateRun>) => {
      draft.status ??= {};
      apply(draft.status);
    });
    status = written.status ?? {};
  };
  await change(edit);
  return {
    get status() {
      return status;
    },
    change,
  };
}

/** A journal that nobody keeps: for rehearsals. */
export function memoryJournal(): Journal {
  const status: RunStatus = {};
  return { status, change: async edit => edit(status) };
}

/** Two entries that mean the same object. */
export function isSame(a: Made, b: Made): boolean {
  return (
    a.apiVersion === b.apiVersion &&
    a.kind === b.kind &&
    (a.namespace ?? '') === (b.namespace ?? '') &&
    a.name === b.name
  );
}
