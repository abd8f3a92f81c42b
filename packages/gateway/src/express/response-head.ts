export interface ResponseHead {
  status: number;
  reason: string;
  /** Names and values in turn. */
  fields: string[];
  /** Bytes of the body; `chunked` when its end is in its own framing. */
  body: number | 'chunked';
  /** The connection may carry another request. */
  isReusable: boolean;
  /** Where the body begins. */
  end: number;
}

const STATUS_LINE = /HTTP\/1\.1 ([2-5]\d\d)(?: ([\t !-~\x80-\xff]*))?\r\n/y;
const FIELD =
  /([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*((?:[!-~\x80-\xff]+(?:[ \t]+[!-~\x80-\xff]+)*)?)[ \t]*\r\n/y;
const BLANK = Buffer.from('\r\n\r\n');

/**
 * Parses the beginning of an answer whose end can be told without closing the connection. `more`: it has not come whole
 * yet. `unusual`: anything else, interim answers among it; the full parser decides.
 */
export function parseResponseHead(
  bytes: Buffer,
  method: string | undefined,
): ResponseHead | 'more' | 'unusual' {
  const blank = bytes.indexOf(BLANK);
  if (blank < 0) return 'more';
  const text = bytes.toString('latin1', 0, blank + 4);
  STATUS_LINE.lastIndex = 0;
  const line = STATUS_LINE.exec(text);
  if (!line) return 'unusual';
  const fields: string[] = [];
  const end = text.length - 2;
  let length: string | undefined;
  let coding: string | undefined;
  let connection = '';
  let at = STATUS_LINE.lastIndex;
  while (at < end) {
    FIELD.lastIndex = at;
    const field = FIELD.exec(text);
    if (!field) return 'unusual';
    at = FIELD.lastIndex;
    const [, raw = '', value = ''] = field;
    const name = raw.toLowerCase();
    if (name === 'content-length') {
      if (length !== undefined) return 'unusual';
      length = value;
    }
    if (name === 'transfer-encoding') {
      if (coding !== undefined) return 'unusual';
      coding = value.toLowerCase();
    }
    if (name === 'connection') connection = value.toLowerCase();
    fields.push(name, value);
  }
  const status = Number(line[1]);
  const body = bodyOf({ status, method, length, coding });
  if (body === undefined) return 'unusual';
  const isReusable = connection === '' || connection === 'keep-alive';
  return { status, reason: line[2] ?? '', fields, body, isReusable, end: end + 2 };
}

/** RFC 9112, 6.3; undefined where only the connection's end would tell, or where two fields contradict each other. */
function bodyOf(answer: {
  status: number;
  method: string | undefined;
  length: string | undefined;
  coding: string | undefined;
}): number | 'chunked' | undefined {
  const { status, method, length, coding } = answer;
  if (coding !== undefined && (length !== undefined || coding !== 'chunked')) return undefined;
  if (length !== undefined && !/^\d{1,15}$/.test(length)) return undefined;
  if (method === 'HEAD' || status === 204 || status === 304) return 0;
  if (coding === 'chunked') return 'chunked';
  return length === undefined ? undefined : Number(length);
}
