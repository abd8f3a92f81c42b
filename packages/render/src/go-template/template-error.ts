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

/** A limit was reached: where (`name:line:column: `, or nothing where that is not known) and what it was. */
export class LimitError extends TemplateError {
  readonly place: string;
  readonly what: string;

  constructor(limit: LimitName, place: string, what: string) {
    const message = `template: ${place}${what}: look for what has no end, or raise the limit`;
    super('TemplateLimit', '', message, { limit });
    this.place = place;
    this.what = what;
  }
}

/**
 * An error that is a limit, with its place: one of ours, or the JavaScript engine's own on the stack's height
 * and a string's length. Undefined of others.
 */
export function asLimit(error: unknown, place: () => string): LimitError | undefined {
  if (error instanceof LimitError) {
    return error.place || !error.limit ? error : new LimitError(error.limit, place(), error.what);
  }
  // A regular expression that is compiled when the stack is nearly full says so with a SyntaxError.
  if (!(error instanceof RangeError || error instanceof SyntaxError)) return undefined;
  if (/call stack|Stack overflow$/.test(error.message))
    return new LimitError('depth', place(), 'nested too deep for the stack');
  return error.message === 'Invalid string length'
    ? new LimitError('output', place(), 'a string that is too long')
    : undefined;
}
