import { Text, Title } from '@mantine/core';
import type { TemplateRun } from '@slipway/kinds';
import { Link } from '@tanstack/react-router';
import { paths } from '../../paths.ts';
import { Markdown } from '../../ui/markdown.tsx';
import { Copyable } from '../../ui/notice.tsx';

type Output = NonNullable<NonNullable<TemplateRun['status']>['output']>;
type OutputLink = NonNullable<Output['links']>[number];

/** What a template says at its end: links, and texts in Markdown. */
export function RunOutput({ run }: { run: TemplateRun }) {
  const { links = [], text = [] } = run.status?.output ?? {};
  if (run.status?.phase !== 'Succeeded' || links.length + text.length === 0) return null;
  return (
    <section className="section" aria-label="Result">
      {links.map(link => (
        <OneLink key={`${link.title}${link.url ?? link.entityRef}`} {...link} />
      ))}
      {text.map(({ title, content }) => (
        <div key={title ?? content} className="section">
          {title ? (
            <Title order={2} size="h4">
              {title}
            </Title>
          ) : null}
          {content ? <Markdown text={content} level={3} /> : null}
        </div>
      ))}
    </section>
  );
}

const INTERNAL = /^https:\/\/git\.slipway\.internal\/(.+?)(\.git)?\/?$/;

function OneLink({ title, url, entityRef }: OutputLink) {
  const [, kind, namespace = 'default', name] =
    /^([^:/]+):(?:([^:/]+)\/)?([^:/]+)$/.exec(entityRef ?? '') ?? [];
  if (kind && name)
    return (
      <Text>
        <Link to={paths.entity(kind, namespace, name)}>{title ?? entityRef}</Link>
      </Text>
    );
  // Stored addresses are the platform’s own; people reach the same repository by the portal’s domain.
  const [, repository] = INTERNAL.exec(url ?? '') ?? [];
  if (repository)
    return (
      <Copyable
        label={title ?? 'Repository'}
        text={`git clone ${location.protocol}//git.${location.host}/${repository}.git`}
      />
    );
  if (!url || !/^https?:\/\//.test(url)) return null;
  return (
    <Text>
      <a href={url} target="_blank" rel="noreferrer">
        {title ?? url}
      </a>
    </Text>
  );
}
