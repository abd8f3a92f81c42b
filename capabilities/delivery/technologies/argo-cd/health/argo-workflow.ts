import type { AnyObject } from '@slipway/api';
import type { Health } from './types.ts';

const WORDS: Record<string, Health['status']> = {
  Pending: 'Progressing',
  Running: 'Progressing',
  Succeeded: 'Healthy',
  Failed: 'Degraded',
  Error: 'Degraded',
};

export function argoWorkflow(object: AnyObject): Health {
  const { phase, message } = (object.status ?? {}) as { phase?: string; message?: string };
  const status = phase ? (WORDS[phase] ?? 'Unknown') : 'Progressing';
  return { status, message: message ?? '' };
}
