import { Text } from '@mantine/core';
import type { ChangeRequest, Repository } from '@slipway/kinds';
import { Link, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { Problem, Waiting } from '../../ui/notice.tsx';
import { type DiffFile, type DiffLine, parseDiff, sideBySide } from './diff-text.ts';
import { repositoryPath, useGiteaText } from './gitea.ts';

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
        <File key={file.path} file={file} isSplit={view === 'split'} />
      ))}
      {isCut ? (
        <Text my="md" role="status">
          The difference is cut here, for it is too long. All of it: git fetch origin refs/pull/
          {change.spec.number}/head
        </Text>
      ) : null}
    </>
  );
}

function File({ file, isSplit }: { file: DiffFile; isSplit: boolean }) {
  const { path, from, change, isBinary, lines } = file;
  return (
    <details className="different" open={lines.length <= MOST_OPEN}>
      <summary>
        <code>{from ? `${from} → ${path}` : path}</code> {change}
      </summary>
      {isBinary ? <Text size="sm">It is no text.</Text> : null}
      {lines.length > 0 ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to scroll by keyboard
        <section className="difference" tabIndex={0} aria-label={`Difference of ${path}`}>
          <table>
            <tbody>{isSplit ? <Split lines={lines} /> : <Inline lines={lines} />}</tbody>
          </table>
        </section>
      ) : null}
    </details>
  );
}

const TONES: Record<string, string> = { '+': 'added', '-': 'removed', '@': 'place' };

function Inline({ lines }: { lines: DiffLine[] }) {
  return lines.map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: lines repeat, and a difference never changes in place
    <tr key={index} data-tone={TONES[line.sign]}>
      <td className="number">{line.old}</td>
      <td className="number">{line.new}</td>
      <td className="text">{line.sign === '@' ? line.text : `${line.sign} ${line.text}`}</td>
    </tr>
  ));
}

function Split({ lines }: { lines: DiffLine[] }) {
  return sideBySide(lines).map(({ left, right, at }, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: lines repeat, and a difference never changes in place
    <tr key={index} data-tone={at === undefined ? undefined : 'place'}>
      {at === undefined ? (
        <>
          <Side line={left} number={left?.old} />
          <Side line={right} number={right?.new} />
        </>
      ) : (
        <td colSpan={4} className="text">
          {at}
        </td>
      )}
    </tr>
  ));
}

function Side({ line, number }: { line: DiffLine | undefined; number: number | undefined }) {
  return (
    <>
      <td className="number">{number}</td>
      <td className="text half" data-tone={TONES[line?.sign ?? '']}>
        {line ? `${line.sign} ${line.text}` : ''}
      </td>
    </>
  );
}
