import { Button, Text } from '@mantine/core';
import type { ChangeRequest, Repository } from '@slipway/kinds';
import { Link, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { Problem, Waiting } from '../../ui/notice.tsx';
import { type DiffFile, type DiffLine, parseDiff } from './diff-text.ts';
import { Inline, type LinePlace, placeOf, Split } from './difference.tsx';
import { repositoryPath, useGiteaText } from './gitea.ts';
import { LineRemarks, RemarkForm } from './line-remarks.tsx';
import { placeRemarks, type Remark } from './place-remarks.ts';

/** Files longer than this are drawn closed. */
const MOST_OPEN = 400;

interface Props {
  repository: Repository;
  change: ChangeRequest;
}

/** The difference of all files, inline or side by side (`?view=`). */
export function ChangedFiles({ repository, change }: Props) {
  const { view = 'inline' } = useSearch({ strict: false }) as { view?: string };
  const path = `${repositoryPath(repository.spec)}/pulls/${change.spec.number}.diff`;
  const { data, error } = useGiteaText(path, `${change.status?.mergeBase} ${change.status?.headRevision}`);
  const parsed = useMemo(() => parseDiff(data?.text ?? ''), [data]);
  if (error) return <Problem title="The difference could not be read">{error.message}</Problem>;
  if (!data) return <Waiting what="reading the difference" />;
  const { reviews = [], headRevision = '' } = change.status ?? {};
  const remarks = placeRemarks(parsed.files, reviews, headRevision);
  const isCut = data.isCut || parsed.isCut;
  return (
    <>
      <nav className="facts section" aria-label="View">
        {['inline', 'split'].map(each => (
          <Link
            key={each}
            to="."
            search={{ tab: 'files', view: each } as never}
            activeOptions={{ exact: true, includeSearch: true }}
            {...(each === view ? { 'aria-current': 'page' } : {})}
          >
            {each === 'inline' ? 'Inline' : 'Side by side'}
          </Link>
        ))}
      </nav>
      {parsed.files.map(file => (
        <File
          key={file.path}
          file={file}
          isSplit={view === 'split'}
          remarks={remarks.at}
          repository={repository}
          change={change}
        />
      ))}
      {remarks.unplaced.length > 0 ? (
        <Text my="md">
          {remarks.unplaced.length} of the remarks on lines speak of lines that are not there any more; they
          stand in the conversation.
        </Text>
      ) : null}
      {isCut ? (
        <Text my="md" role="status">
          The difference is cut here, for it is too long. All of it: git fetch origin refs/pull/
          {change.spec.number}/head
        </Text>
      ) : null}
    </>
  );
}

interface FileProps extends Props {
  file: DiffFile;
  isSplit: boolean;
  remarks: Map<string, Remark[]>;
}

function File({ file, isSplit, remarks, repository, change }: FileProps) {
  const { path, from, change: what, isBinary, lines } = file;
  const [place, setPlace] = useState<LinePlace>();
  const isOpen = change.status?.state === 'open';
  const below = (line: DiffLine) => (
    <LineRemarks
      path={path}
      line={line}
      remarks={remarks}
      isPicked={isOpen && place !== undefined && line[place.side] === place.line}
    />
  );
  const pick = isOpen ? setPlace : undefined;
  const first = lines.find(({ sign }) => sign === '+') ?? lines.find(({ sign }) => sign === '-');
  return (
    <details className="different" open={lines.length <= MOST_OPEN}>
      <summary>
        <code>{from ? `${from} → ${path}` : path}</code> {what}
      </summary>
      {isBinary ? <Text size="sm">It is no text.</Text> : null}
      {lines.length > 0 ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to scroll by keyboard
        <section className="difference" tabIndex={0} aria-label={`Difference of ${path}`}>
          <table>
            <tbody>
              {isSplit ? (
                <Split lines={lines} below={below} pick={pick} />
              ) : (
                <Inline lines={lines} below={below} pick={pick} />
              )}
            </tbody>
          </table>
        </section>
      ) : null}
      {isOpen && place ? <RemarkForm {...{ repository, change, path, place, setPlace }} /> : null}
      {pick && first && !place ? (
        <Button size="compact-sm" variant="subtle" onClick={() => pick(placeOf(first))}>
          Comment on a line of {path}
        </Button>
      ) : null}
    </details>
  );
}
