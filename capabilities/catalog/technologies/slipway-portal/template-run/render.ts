import { messageOf, SlipwayError } from '@slipway/api';
import {
  createTemplateRenderer,
  type TemplateContext,
  type TemplateFilter,
  type TemplateValue,
} from 'nunjitsu';
import { parseRef } from '../entity/envelope.ts';

/** Bounds of one expression or file: a template of a stranger must not hold the platform up. */
const LIMITS = {
  sourceCodeUnits: 4_000_000,
  outputCodeUnits: 8_000_000,
  workUnits: 5_000_000,
  nestingDepth: 200,
  capabilityCalls: 10_000,
};

const renderer = createTemplateRenderer({
  filters: { parseRepoUrl, parseEntityRef, pick, projectSlug },
});

/**
 * Renders every text inside a value. A text that is one `${{ }}` alone keeps its type (Backstage's scaffolder).
 * @throws SlipwayError InvalidTemplate that names the field
 */
export function renderValue(value: unknown, context: Record<string, unknown>, field: string): unknown {
  if (typeof value === 'string')
    return value.includes('${{') || value.includes('{%') ? renderText(value, context, field) : value;
  if (Array.isArray(value))
    return value.map((item, index) => renderValue(item, context, `${field}[${index}]`));
  if (!value || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, renderValue(item, context, `${field}.${key}`)]),
  );
}

function renderText(text: string, context: Record<string, unknown>, field: string): unknown {
  try {
    return renderer.renderValue(text, context as TemplateContext, { coercion: 'json', limits: LIMITS });
  } catch (error) {
    throw new SlipwayError('InvalidTemplate', `${field}: ${messageOf(error)}`);
  }
}

export type FileRenderer = (text: string, values: Record<string, unknown>, file: string) => string;

/** Renders files of a skeleton; their variables stand below `values`. */
export function fileRenderer(options: {
  trimBlocks: boolean;
  lstripBlocks: boolean;
  cookiecutterCompat: boolean;
}): FileRenderer {
  const own = createTemplateRenderer({
    ...options,
    filters: { parseRepoUrl, parseEntityRef, pick, projectSlug },
  });
  return (text, values, file) => {
    const context = options.cookiecutterCompat ? { cookiecutter: values } : { values };
    try {
      return own.render(text, context as unknown as TemplateContext, { limits: LIMITS });
    } catch (error) {
      throw new SlipwayError('InvalidTemplate', `${file}: ${messageOf(error)}`);
    }
  };
}

/** Whether a step's `if` lets it run: Backstage's isTruthy. */
export function isTruthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (value === 'false') return false;
  return Boolean(value);
}

export interface RepoUrl {
  host: string;
  owner: string;
  repo: string;
}

/** Parses `host?owner=o&repo=r`. @throws SlipwayError InvalidRepoUrl */
export function readRepoUrl(text: string): RepoUrl {
  const url = URL.parse(`https://${text.replace(/^https?:\/\//, '')}`);
  const [owner, repo] = [url?.searchParams.get('owner'), url?.searchParams.get('repo')];
  if (!url || !owner || !repo)
    throw new SlipwayError(
      'InvalidRepoUrl',
      `repoUrl ${JSON.stringify(text)}: host?owner=OWNER&repo=NAME is expected`,
    );
  return { host: url.host, owner, repo };
}

function parseRepoUrl(input: TemplateValue | undefined): TemplateValue {
  return { ...readRepoUrl(String(input)) };
}

function projectSlug(input: TemplateValue | undefined): TemplateValue {
  const { owner, repo } = readRepoUrl(String(input));
  return `${owner}/${repo}`;
}

function parseEntityRef(...args: Parameters<TemplateFilter>): TemplateValue {
  const [input, defaults] = args;
  const { defaultKind, defaultNamespace } = (defaults ?? {}) as {
    defaultKind?: string;
    defaultNamespace?: string;
  };
  return {
    ...parseRef(String(input), {
      ...(defaultKind ? { kind: defaultKind } : {}),
      ...(defaultNamespace ? { namespace: defaultNamespace } : {}),
    }),
  };
}

function pick(input: TemplateValue | undefined, path: TemplateValue | undefined): TemplateValue | undefined {
  let value: TemplateValue | undefined = input;
  for (const part of String(path).split('.')) {
    if (!value || typeof value !== 'object' || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, TemplateValue>)[part];
  }
  return value;
}
