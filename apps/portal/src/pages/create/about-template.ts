import type { Template } from '@slipway/kinds';

/** What people are told of a template before they open it. */
export interface TemplateFacts {
  /** Name; with its namespace before it when that is a team’s own. */
  id: string;
  title: string;
  description: string;
  type: string;
  owner: string | undefined;
  tags: string[];
  /** Why it cannot run here. */
  trouble: string | undefined;
  /** Everything one may look for, in lower case. */
  searched: string;
}

/** Titles stand in Backstage’s metadata, or, where the API keeps only its own, in annotations. */
export function aboutTemplate({ metadata, spec, status }: Template): TemplateFacts {
  const own = metadata as { title?: string; description?: string; tags?: string[] };
  const { name = '', namespace = 'default', annotations = {} } = metadata;
  const title = own.title ?? annotations['slipway.dev/title'] ?? name;
  const description = own.description ?? annotations['slipway.dev/description'] ?? '';
  const tags = own.tags ?? annotations['slipway.dev/tags']?.split(',').filter(Boolean) ?? [];
  return {
    id: namespace === 'default' ? name : `${namespace}/${name}`,
    title,
    description,
    type: spec.type,
    owner: spec.owner,
    tags,
    trouble: status?.conditions?.find(({ type, status: is }) => type === 'Ready' && is === 'False')?.message,
    searched: [name, title, description, spec.type, spec.owner, ...tags].join(' ').toLowerCase(),
  };
}
