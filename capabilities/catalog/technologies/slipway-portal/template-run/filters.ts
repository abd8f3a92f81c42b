import { SlipwayError } from '@slipway/api';
import type { TemplateFilter, TemplateValue } from 'nunjitsu';
import { parseRef } from '../entity/envelope.ts';

export interface RepoUrl {
  host: string;
  owner: string;
  repo: string;
  organization?: string;
  project?: string;
  workspace?: string;
}

/** Parses `host?owner=o&repo=r`; `owner` counts where the text names none. @throws SlipwayError InvalidRepoUrl */
export function readRepoUrl(text: string, defaultOwner?: string): RepoUrl {
  const url = URL.parse(`https://${text.replace(/^https?:\/\//, '')}`);
  const of = (name: string): string | undefined => url?.searchParams.get(name) || undefined;
  const [organization, project, workspace] = [of('organization'), of('project'), of('workspace')];
  const owner = of('owner') ?? organization ?? workspace ?? project ?? defaultOwner;
  const repo = of('repo');
  if (!url || !owner || !repo)
    throw new SlipwayError(
      'InvalidRepoUrl',
      `repoUrl ${JSON.stringify(text)}: host?owner=OWNER&repo=NAME is expected`,
    );
  return {
    host: url.host,
    owner,
    repo,
    ...(organization ? { organization } : {}),
    ...(project ? { project } : {}),
    ...(workspace ? { workspace } : {}),
  };
}

const parseRepoUrl: TemplateFilter = input => ({ ...readRepoUrl(String(input)) });

const projectSlug: TemplateFilter = input => {
  const { owner, repo } = readRepoUrl(String(input));
  return `${owner}/${repo}`;
};

const parseEntityRef: TemplateFilter = (input, defaults) => {
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
};

const pick: TemplateFilter = (input, path) => {
  let value: TemplateValue | undefined = input;
  for (const part of String(path).split('.')) {
    if (!value || typeof value !== 'object' || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, TemplateValue>)[part];
  }
  return value;
};

/** What Backstage's scaffolder adds to Nunjucks' own filters. */
export const SCAFFOLDER_FILTERS: Record<string, TemplateFilter> = {
  parseRepoUrl,
  parseEntityRef,
  pick,
  projectSlug,
};

/** Nunjucks' filters that templates use most, offered to who mistypes one. */
export const USUAL_FILTERS = [
  ...['abs', 'batch', 'capitalize', 'center', 'default', 'dictsort', 'dump', 'escape', 'first', 'float'],
  ...['groupby', 'indent', 'int', 'join', 'last', 'length', 'list', 'lower', 'nl2br', 'random', 'reject'],
  ...['rejectattr', 'replace', 'reverse', 'round', 'safe', 'select', 'selectattr', 'slice', 'sort', 'string'],
  ...['striptags', 'sum', 'title', 'trim', 'truncate', 'upper', 'urlencode', 'urlize', 'wordcount'],
  ...Object.keys(SCAFFOLDER_FILTERS),
];
