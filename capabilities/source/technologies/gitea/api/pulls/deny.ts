import { messageOf } from '@slipway/api';
import { type ChangeAction, recordChange } from '../../audit.ts';
import { type ApiCall, ApiError } from '../call.ts';
import type { OpenRepository } from '../repository-access.ts';

/** Refuses somebody who has no right, and tells the audit; the refusal stands whether or not it can be told. */
export async function deny(
  { server, user, request }: ApiCall,
  { name }: OpenRepository,
  what: ChangeAction,
  { status, message }: { status: 403 | 405; message: string },
): Promise<never> {
  await recordChange(server, { name, user, request }, what, 'denied').catch(error =>
    server.log.warn('a refusal was not recorded', { error: messageOf(error) }),
  );
  throw new ApiError(status, message);
}
