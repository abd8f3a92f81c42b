/**
 * The one base of all errors we throw. `code` is stable and may be matched; the message follows
 * "what: where: for which input; what to do next" and is the same for the same cause.
 */
export class SlipwayError extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'SlipwayError';
    this.code = code;
  }
}

/** Reasons of `metav1.Status`, with the HTTP status that Kubernetes gives each. */
export const STATUS_CODES = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Gone: 410,
  Expired: 410,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  TooManyRequests: 429,
  InternalError: 500,
  ServiceUnavailable: 503,
  Timeout: 504,
} as const;

export type StatusReason = keyof typeof STATUS_CODES;

/** One entry of `status.details.causes`. */
export interface StatusCause {
  reason?: string;
  message: string;
  field?: string;
}

export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

/** `metav1.Status` as it stands in an answer. */
export interface Status {
  kind: 'Status';
  apiVersion: 'v1';
  /** `continue` goes on with a list whose first state is gone. */
  metadata: { continue?: string };
  status: 'Success' | 'Failure';
  message?: string;
  reason?: StatusReason;
  details?: StatusDetails;
  code: number;
}

/**
 * A failed API request, on both sides: the server throws it, the client throws what it parsed.
 * @example
 * throw new StatusError('NotFound', 'pods "web" not found', { name: 'web', kind: 'pods' });
 */
export class StatusError extends SlipwayError {
  readonly reason: StatusReason;
  readonly status: number;
  readonly details: StatusDetails | undefined;
  readonly metadata: Status['metadata'];

  constructor(
    reason: StatusReason,
    message: string,
    details?: StatusDetails,
    metadata: Status['metadata'] = {},
  ) {
    super(reason, message);
    this.name = 'StatusError';
    this.reason = reason;
    this.status = STATUS_CODES[reason];
    this.details = details;
    this.metadata = metadata;
  }

  toStatus(): Status {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: this.metadata,
      status: 'Failure',
      message: this.message,
      reason: this.reason,
      ...(this.details ? { details: this.details } : {}),
      code: this.status,
    };
  }
}

/** True when `error` is a StatusError with one of these reasons. */
export function hasReason(error: unknown, ...reasons: StatusReason[]): error is StatusError {
  return error instanceof StatusError && reasons.includes(error.reason);
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A file could not be written, for the disk or what one may use of it is full. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
