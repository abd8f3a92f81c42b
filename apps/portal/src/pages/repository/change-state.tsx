import type { ChangeRequest } from '@slipway/kinds';
import { Health } from '../../ui/health.tsx';

const WORDS = { open: 'Open', merged: 'Merged', closed: 'Closed' };

export function ChangeState({ change: { status } }: { change: ChangeRequest }) {
  return <Health word={WORDS[status?.state ?? 'open']} />;
}

/** The last part of a service account's name; a person's as it is. */
export function shortName(login: string | undefined): string {
  return (login ?? '').replace(/^system:serviceaccount:[^:]+:/, '');
}
