import { SlipwayError } from '@slipway/api';

/** Codes of the distribution specification ("Error Codes"), with the status each is sent with. */
const STATUS = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 400,
  BLOB_UPLOAD_UNKNOWN: 404,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 404,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  SIZE_INVALID: 413,
  UNAUTHORIZED: 401,
  DENIED: 403,
  UNSUPPORTED: 405,
  RANGE_INVALID: 416,
  TOOMANYREQUESTS: 429,
} as const;

export type FailureCode = keyof typeof STATUS;

/** A refusal that the client sees as the specification's JSON. */
export class Failure extends SlipwayError {
  readonly status: number;
  readonly detail: unknown;
  /** Sent with the refusal: where an upload goes on. */
  readonly headers: Record<string, string>;

  constructor(
    code: FailureCode,
    message: string,
    options: { detail?: unknown; status?: number; headers?: Record<string, string> } = {},
  ) {
    super(code, message);
    this.name = 'Failure';
    this.status = options.status ?? STATUS[code];
    this.detail = options.detail;
    this.headers = options.headers ?? {};
  }

  body(): string {
    const { code, message, detail } = this;
    return JSON.stringify({ errors: [detail === undefined ? { code, message } : { code, message, detail }] });
  }
}
