import { messageOf, type Status, StatusError } from '@slipway/api';

/** What the error channel says at the end of an exec (`v4.channel.k8s.io` and later). */
export function exitStatus(exitCode: number): object {
  if (exitCode === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}

export function failureStatus(error: unknown): Status {
  if (error instanceof StatusError) return error.toStatus();
  return new StatusError('InternalError', messageOf(error)).toStatus();
}
