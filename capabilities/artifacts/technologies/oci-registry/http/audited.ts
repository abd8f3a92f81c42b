import { messageOf } from '@slipway/api';
import { recorded } from '@slipway/client';
import type { ImageAction } from '../../../contract.ts';
import { Failure } from '../registry/failure.ts';
import type { Exchange, Target } from './exchange.ts';

type Action = Pick<ImageAction, 'action' | 'repository' | 'reference' | 'digest'>;

/**
 * Does what the audit can tell of; otherwise nothing happens.
 * @throws Failure with status 503 when it cannot be recorded
 */
export function audited<T>(exchange: Exchange, action: Action, work: () => Promise<T>): Promise<T> {
  const record = (outcome: ImageAction['outcome']) =>
    exchange.record(recordOf(exchange, action, outcome)).catch(error => {
      const message = `${action.action}: it cannot be recorded in the audit (${messageOf(error)}); try again`;
      throw new Failure('DENIED', message, { status: 503, headers: { 'retry-after': '2' } });
    });
  return recorded(record, work);
}

/** Tells of somebody who had no right; the refusal stands whether or not it can be told. */
export async function recordDenied(exchange: Exchange, { repository, id }: Target): Promise<void> {
  const { method = '' } = exchange.request;
  const action = ['GET', 'HEAD'].includes(method) ? 'pull' : method === 'DELETE' ? 'delete' : 'push';
  await exchange
    .record(recordOf(exchange, { action, repository, reference: id || '-' }, 'denied'))
    .catch(() => {});
}

function recordOf({ user, request }: Exchange, action: Action, outcome: ImageAction['outcome']): ImageAction {
  return { ...action, user, outcome, source: request.socket.remoteAddress ?? 'unknown' };
}
