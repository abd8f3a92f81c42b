import { Badge, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { CatalogEntity } from '../../api/catalog.ts';
import { paths } from '../../paths.ts';
import { EntityLink } from './entity-link.tsx';
import { sourceOf } from './source.ts';

/** Fields that name an entity, with the kind they mean when they name none. */
const NAMING: Record<string, string> = {
  owner: 'group',
  system: 'system',
  domain: 'domain',
  subcomponentOf: 'component',
  parent: 'group',
};

/** What an entity says about itself. */
export function About({ entity }: { entity: CatalogEntity }) {
  const { metadata, spec = {} } = entity;
  const { namespace = 'default', description, tags = [], links = [] } = metadata;
  const source = sourceOf(entity);
  const text = (field: string) => (typeof spec[field] === 'string' ? (spec[field] as string) : undefined);
  const rows: { label: string; value: ReactNode }[] = [
    ...Object.entries(NAMING).map(([field, kind]) => ({
      label: field,
      value: text(field) ? <EntityLink text={text(field) ?? ''} kind={kind} namespace={namespace} /> : null,
    })),
    { label: 'type', value: text('type') },
    { label: 'lifecycle', value: text('lifecycle') },
    { label: 'target', value: text('target') },
    { label: 'namespace', value: namespace === 'default' ? null : namespace },
    {
      label: 'repository',
      value: source ? <RepositoryLink owner={source.owner} name={source.repository} /> : null,
    },
    { label: 'tags', value: tags.length > 0 ? <Tags tags={tags} /> : null },
    { label: 'links', value: links.length > 0 ? <Links links={links} /> : null },
  ];
  return (
    <>
      {description ? <Text mb="md">{description}</Text> : null}
      <dl className="about">
        {rows.map(({ label, value }) =>
          value ? (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ) : null,
        )}
      </dl>
    </>
  );
}

function RepositoryLink({ owner, name }: { owner: string; name: string }) {
  return <Link to={paths.repository(`team-${owner}`, name)}>{`${owner}/${name}`}</Link>;
}

function Tags({ tags }: { tags: string[] }) {
  return (
    <div className="facts">
      {tags.map(tag => (
        <Badge
          key={tag}
          component={Link}
          to={paths.catalog()}
          search={{ tag } as never}
          variant="default"
          tt="none"
          className="tag"
        >
          {tag}
        </Badge>
      ))}
    </div>
  );
}

function Links({ links }: { links: { url: string; title?: string }[] }) {
  return (
    <div className="facts">
      {links.map(({ url, title }) => (
        <a key={url} href={url} rel="noopener noreferrer">
          {title ?? url}
        </a>
      ))}
    </div>
  );
}
