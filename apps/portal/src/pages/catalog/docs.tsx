import { Anchor, Text } from '@mantine/core';
import { messageOf } from '@slipway/api';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import type { CatalogEntity } from '../../api/catalog.ts';
import { readFile } from '../../api/repository-file.ts';
import { Markdown } from '../../ui/markdown.tsx';
import { Problem, Waiting } from '../../ui/notice.tsx';
import { docsFiles, docsFolder, resolved, type Source, sourceOf } from './source.ts';

/** What its repository says about an entity: the documentation that it names, else its README. */
export function Docs({ entity }: { entity: CatalogEntity }) {
  const source = sourceOf(entity);
  if (!source)
    return (
      <Text>
        It was not read from one of the platform’s repositories, so there is no documentation to show. A{' '}
        <code>catalog-info.yaml</code> in its repository brings the README here.
      </Text>
    );
  return <SourceDocs entity={entity} source={source} />;
}

function SourceDocs({ entity, source }: { entity: CatalogEntity; source: Source }) {
  const { doc } = useSearch({ strict: false }) as { doc?: string };
  const { data, error, isPending } = useQuery({
    queryKey: ['docs', source, doc ?? docsFiles(entity, source)],
    queryFn: ({ signal }) => firstOf(source, doc ? [doc] : docsFiles(entity, source), signal),
  });
  if (error) return <Problem title="The documentation could not be read">{messageOf(error)}</Problem>;
  if (isPending) return <Waiting what="reading the documentation" />;
  if (!data)
    return (
      <Text>
        {doc
          ? `${doc} is not in ${source.owner}/${source.repository}.`
          : 'There is no README.md yet. Push one, or name a folder with backstage.io/techdocs-ref: dir:.'}
      </Text>
    );
  const folder = data.path.replace(/[^/]*$/, '');
  const linkOf = (target: string) => leadsTo(target, folder);
  const isInner = doc !== undefined && doc !== docsFiles(entity, source)[0];
  return (
    <>
      <Text c="dimmed" size="sm" mb="md">
        {source.owner}/{source.repository}: {data.path}
        {isInner ? (
          <>
            {' · '}
            <Anchor component={Link} to="." search={{ tab: 'docs' } as never} inherit>
              Beginning
            </Anchor>
          </>
        ) : null}
      </Text>
      <Markdown text={data.text} linkOf={linkOf} />
      {docsFolder(entity, source) === undefined ? null : (
        <Text c="dimmed" size="sm" mt="md">
          From the folder that backstage.io/techdocs-ref names.
        </Text>
      )}
    </>
  );
}

async function firstOf(source: Source, files: string[], signal: AbortSignal) {
  for (const path of files) {
    const text = await readFile({ ...source, path }, signal);
    if (text !== undefined) return { path, text };
  }
  return null;
}

/** Another page of the same documentation opens here; anchors and other files lead nowhere. */
function leadsTo(target: string, folder: string): string | undefined {
  const [file = ''] = target.split('#');
  const path = /\.md$/i.test(file) ? resolved(folder, file) : undefined;
  return path === undefined ? undefined : `?tab=docs&doc=${encodeURIComponent(path)}`;
}
