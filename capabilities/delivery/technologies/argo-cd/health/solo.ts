import type { AnyObject } from '@slipway/api';
import type { Health, HealthRule } from './types.ts';
import { progressing } from './waiting.ts';

interface Report {
  /** A word, or its number in older versions. */
  state?: string | number;
  reason?: string;
}

const NUMBERED = ['Pending', 'Accepted', 'Rejected', 'Warning'];
const WORKING = progressing('Update in progress');

function said({ state, reason }: Report): Health {
  const word = typeof state === 'number' ? NUMBERED[state] : state;
  if (word === 'Accepted') return { status: 'Healthy', message: 'The resource has been validated' };
  if (word === 'Pending') return { status: 'Suspended', message: 'The resource has not yet been validated' };
  if (word === 'Warning' || word === 'Rejected') return { status: 'Degraded', message: reason ?? '' };
  return WORKING;
}

/** Gloo's kinds: one report, or one for each namespace that watches. */
function gloo(object: AnyObject): Health {
  const { statuses = {}, ...own } = (object.status ?? {}) as Report & { statuses?: Record<string, Report> };
  const told = Object.values(statuses).map(said);
  return told.find(({ status }) => status !== 'Progressing') ?? said(own);
}

export const SOLO: Record<string, HealthRule> = Object.fromEntries(
  [
    ...['Gateway', 'MatchableHttpGateway', 'RouteOption', 'RouteTable', 'VirtualHostOption'].map(
      kind => `gateway.solo.io/${kind}`,
    ),
    'gloo.solo.io/Proxy',
    'gloo.solo.io/Settings',
  ].map(kind => [kind, gloo]),
);
