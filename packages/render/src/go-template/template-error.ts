import { SlipwayError } from '@slipway/api';

/** `TemplateSyntax`: it cannot be parsed. `TemplateExecution`: it failed. `TemplateLimit`: it wants too much. */
export type TemplateErrorCode = 'TemplateSyntax' | 'TemplateExecution' | 'TemplateLimit';

export type LimitName = 'steps' | 'output' | 'depth';

/** A template that cannot be parsed or executed; the message is Go's own (`template: name:line:col: …`). */
export class TemplateError extends SlipwayError {
  declare readonly code: TemplateErrorCode;
  /** The name of the template at fault (Go's `ExecError.Name`). */
  readonly template: string;
  /** Which limit, of a `TemplateLimit`. */
  readonly limit: LimitName | undefined;

  constructor(
    code: TemplateErrorCode,
    template: string,
    message: string,
    options: { cause?: unknown; limit?: LimitName } = {},
  ) {
    super(code, message, options);
    this.name = 'TemplateError';
    this.template = template;
    this.limit = options.limit;
  }
}

/** A limit was reached; `place` is `name:line:column: ` or nothing. */
export function limitError(limit: LimitName, place: string, what: string): TemplateError {
  const message = `template: ${place}${what}: look for what has no end, or raise the limit`;
  return new TemplateError('TemplateLimit', '', message, { limit });
}

/** The JavaScript engine's own limits, the stack's height and a string's length, as ours; undefined of others. */
export function engineLimit(error: unknown, place = ''): TemplateError | undefined {
  // A regular expression that is compiled when the stack is nearly full says so with a SyntaxError.
  if (!(error instanceof RangeError || error instanceof SyntaxError)) return undefined;
  if (/call stack|Stack overflow$/.test(error.message))
    return limitError('depth', place, 'nested too deep for the stack');
  return error.message === 'Invalid string length'
    ? limitError('output', place, 'a string that is too long')
    : undefined;
}
