import { messageOf } from '@slipway/api';
import {
  createTemplateRenderer,
  type PreparedTemplateContext,
  type TemplateContext,
  TemplateLimitError,
  TemplateRenderError,
} from 'nunjitsu';
import { TemplateError } from './field-error.ts';
import { SCAFFOLDER_FILTERS } from './filters.ts';

/** Bounds of one expression or file: a template of a stranger must not hold the platform up. */
const FILE_LIMITS = {
  sourceCodeUnits: 4_000_000,
  outputCodeUnits: 8_000_000,
  workUnits: 5_000_000,
  nestingDepth: 200,
  capabilityCalls: 10_000,
};
/** Expressions of steps are rendered on the main thread, so theirs are tight. */
const LIMITS = { ...FILE_LIMITS, sourceCodeUnits: 500_000, outputCodeUnits: 1_000_000, workUnits: 100_000 };

const renderer = createTemplateRenderer({ filters: SCAFFOLDER_FILTERS });

/** Whether a text holds anything to render. */
export function isTemplate(text: string): boolean {
  return text.includes('${{') || text.includes('{%') || text.includes('{#');
}

/** What expressions see, copied once for all texts of a value. */
export type Scope = PreparedTemplateContext;

export function scopeOf(values: Record<string, unknown>): Scope {
  return renderer.prepareContext(values as TemplateContext);
}

/**
 * Renders every text inside a value. A text that is one `${{ }}` alone keeps its type (Backstage's scaffolder).
 * @throws TemplateError InvalidTemplate that names the field
 */
export function renderValue(
  value: unknown,
  context: Record<string, unknown>,
  field: string,
  scope = scopeOf(context),
): unknown {
  if (typeof value === 'string') return isTemplate(value) ? renderText(value, scope, field) : value;
  if (Array.isArray(value))
    return value.map((item, index) => renderValue(item, context, `${field}[${index}]`, scope));
  if (!value || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      isTemplate(key) ? String(renderText(key, scope, field)) : key,
      renderValue(item, context, `${field}.${key}`, scope),
    ]),
  );
}

function renderText(text: string, scope: Scope, field: string): unknown {
  try {
    return renderer.renderValue(text, scope, { coercion: 'json', limits: LIMITS });
  } catch (error) {
    throw new TemplateError([{ code: 'InvalidTemplate', field, message: messageOf(error) }]);
  }
}

/** What keeps a text from being parsed; it is not evaluated. */
export function syntaxProblem(text: string): string | undefined {
  try {
    renderer.render(`{% if false %}${text}{% endif %}`, {}, { limits: LIMITS });
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** Whether templates may use a filter. */
export function isFilter(name: string): boolean {
  try {
    renderer.render(`\${{ "" | ${name} }}`);
    return true;
  } catch (error) {
    return !/Unknown template filter/.test(messageOf(error));
  }
}

export type FileRenderer = (text: string, values: Record<string, unknown>, file: string) => string;

/** Renders files of a skeleton; their variables stand below `values`. */
export function fileRenderer(options: {
  trimBlocks: boolean;
  lstripBlocks: boolean;
  cookiecutterCompat: boolean;
}): FileRenderer {
  const own = createTemplateRenderer({ ...options, filters: SCAFFOLDER_FILTERS });
  const scopes = new WeakMap<object, Scope>();
  const scopeFor = (values: Record<string, unknown>): Scope => {
    const known = scopes.get(values);
    if (known) return known;
    const context = options.cookiecutterCompat ? { cookiecutter: values } : { values };
    const made = own.prepareContext(context as unknown as TemplateContext);
    scopes.set(values, made);
    return made;
  };
  return (text, values, file) => {
    try {
      return own.render(text, scopeFor(values), { limits: FILE_LIMITS });
    } catch (error) {
      const located = error instanceof TemplateRenderError || error instanceof TemplateLimitError;
      throw new TemplateError([
        {
          code: 'InvalidTemplate',
          file,
          ...(located && error.line !== undefined ? { line: error.line } : {}),
          ...(located && error.column !== undefined ? { column: error.column } : {}),
          message: messageOf(error),
        },
      ]);
    }
  };
}

/** Whether a step's `if` lets it run: Backstage's isTruthy. */
export function isTruthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (value === 'false') return false;
  return Boolean(value);
}
