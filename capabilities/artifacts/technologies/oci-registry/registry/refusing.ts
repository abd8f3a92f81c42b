import { isDiskFull, SlipwayError } from '@slipway/api';
import { Failure } from './failure.ts';

/** Runs a write to the store; what the client did wrong becomes a refusal in the registry's words. */
export async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw refusalOf(error);
  }
}

function refusalOf(error: unknown): unknown {
  if (isDiskFull(error)) {
    return new Failure('SIZE_INVALID', 'the disk of the platform is full; nothing was kept', { status: 507 });
  }
  if (!(error instanceof SlipwayError)) return error;
  if (error.code === 'DigestMismatch') return new Failure('DIGEST_INVALID', error.message);
  if (error.code === 'BlobTooLarge') return new Failure('SIZE_INVALID', error.message);
  return error;
}
