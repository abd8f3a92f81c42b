import { SlipwayError } from '@slipway/api';

/** `TemplateSyntax`: it cannot be parsed. `TemplateExecution`: it failed. `TemplateLimit`: it wants too much. */
export type TemplateErrorCode = 'TemplateSyntax' | 'TemplateExecution' | 'TemplateLimit';

/** A template that cannot be parsed or executed; the message is Go's own (`template: name:line:col: …`). */
export class TemplateError extends SlipwayError {
  declare readonly code: TemplateErrorCode;
  /** The name of the template at fault (Go's `ExecError.Name`). */
  readonly template: string;

  constructor(code: TemplateErrorCode, template: string, message: string, options?: { cause?: unknown }) {
    super(code, message, options);
    this.name = 'TemplateError';
    this.template = template;
  }
}
