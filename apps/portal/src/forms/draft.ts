import type { Values } from './form.ts';

export interface Draft {
  values: Values;
  page: number;
}

/** What was typed before in this browser tab; it outlives a reload and signing in again. */
export function readDraft(name: string): Draft {
  try {
    const found = JSON.parse(sessionStorage.getItem(name) ?? '{}') as Partial<Draft>;
    return { values: found.values ?? {}, page: found.page ?? 0 };
  } catch {
    return { values: {}, page: 0 };
  }
}

export function keepDraft(name: string, draft: Draft): void {
  sessionStorage.setItem(name, JSON.stringify(draft));
}

export function dropDraft(name: string): void {
  sessionStorage.removeItem(name);
}
