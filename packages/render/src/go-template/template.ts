import type { FunctionTable } from './function.ts';
import type { TemplateLimits } from './limits.ts';
import type { GoValue } from './value.ts';

export interface TemplateFile {
  /** Named in errors and by `{{ template "…" }}`. */
  name: string;
  text: string;
}

export interface TemplateOptions {
  functions?: FunctionTable;
  /** Go's `missingkey`: what a key gives that a map does not have. `default` prints `<no value>`. */
  missingKey?: 'default' | 'zero' | 'error';
  /** `{{` and `}}` when absent. */
  delimiters?: { left: string; right: string };
}

/**
 * Templates that know one another (Go's `*Template` with its associated ones). Immutable from outside but for
 * `parse`; may be executed any number of times.
 */
export class TemplateSet {
  /** Parses one more text: its own template and those it defines replace what has their name. */
  parse(_file: TemplateFile): void {
    throw new Error('not yet');
  }

  /** A set of its own that starts with the same templates; parsing into it leaves this one as it is. */
  clone(_change: TemplateOptions = {}): TemplateSet {
    throw new Error('not yet');
  }

  has(_name: string): boolean {
    throw new Error('not yet');
  }

  /** What the template writes. Throws TemplateError. */
  execute(_name: string, _data: GoValue, _options: { limits?: TemplateLimits } = {}): string {
    throw new Error('not yet');
  }
}

/** Parses the files in their order; throws TemplateError (code `TemplateSyntax`) as Go words it. */
export function parseTemplates(_files: readonly TemplateFile[], _options: TemplateOptions = {}): TemplateSet {
  throw new Error('not yet');
}
