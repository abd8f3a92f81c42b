import type { Health } from './types.ts';

/** What most rules say of an object whose controller has not spoken yet. */
export function progressing(message: string): Health {
  return { status: 'Progressing', message };
}
