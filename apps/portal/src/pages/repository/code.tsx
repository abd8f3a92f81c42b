import { Text, Title } from '@mantine/core';
import type { Repository } from '@slipway/kinds';
import { Link } from '@tanstack/react-router';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import { Problem, Waiting } from '../../ui/notice.tsx';
import { encodePath, rawAddress, repositoryPath, useGitea } from './gitea.ts';

/** Gitea's ContentsResponse, as far as it is shown. */
interface Entry {
  name: string;
  path: string;
  type: 'file' | 'dir' | 'symlink' | 'submodule';
  size: number;
  content?: string | null;
}

/** More of a file than this is fetched, not shown. */
const MOST_SHOWN = 500_000;
const MOST_ENTRIES = 1_000;

interface Place {
  repository: Repository;
  branch: string;
  path: string;
}

/** A folder with its README, or a file. */
export function Code({ repository, branch, path }: Place) {
  const version = repository.status?.branches?.[branch] ?? '';
  const address = `${repositoryPath(repository.spec)}/contents/${encodePath(path)}`;
  const { data, error } = useGitea<Entry | Entry[]>(`${address}?ref=${encodeURIComponent(branch)}`, version);
  if (error) return <Problem title={`${path || 'The files'} could not be read`}>{error.message}</Problem>;
  if (!data) return <Waiting what="reading files" />;
  return (
    <>
      <Crumbs path={path} branch={branch} />
      {Array.isArray(data) ? (
        <Folder entries={data} place={{ repository, branch, path }} />
      ) : (
        <File entry={data} place={{ repository, branch, path }} />
      )}
    </>
  );
}

function Crumbs({ path, branch }: { path: string; branch: string }) {
  if (path === '') return null;
  const parts = path.split('/');
  return (
    <nav aria-label="Folders" className="crumbs">
      <Link to="." search={{ ref: branch } as never}>
        all files
      </Link>
      {parts.map((part, index) => {
        const at = parts.slice(0, index + 1).join('/');
        const isLast = index === parts.length - 1;
        return (
          <span key={at}>
            {' / '}
            {isLast ? (
              part
            ) : (
              <Link to="." search={{ ref: branch, path: at } as never}>
                {part}
              </Link>
            )}
          </span>
        );
      })}
    </nav>
  );
}

function Folder({ entries, place }: { entries: Entry[]; place: Place }) {
  const folderFirst = (entry: Entry) => (entry.type === 'dir' ? 0 : 1);
  const sorted = [...entries].sort((a, b) => folderFirst(a) - folderFirst(b) || a.name.localeCompare(b.name));
  const readme = sorted.find(({ name, type }) => type === 'file' && /^readme(\.md|\.txt)?$/i.test(name));
  return (
    <>
      <ul className="tree" aria-label="Files">
        {sorted.slice(0, MOST_ENTRIES).map(entry => (
          <li key={entry.path}>
            <Link to="." search={{ ref: place.branch, path: entry.path } as never}>
              {entry.name}
              {entry.type === 'dir' ? '/' : ''}
            </Link>
            {entry.type === 'file' ? <span>{sizeOf(entry.size)}</span> : null}
          </li>
        ))}
      </ul>
      {sorted.length > MOST_ENTRIES ? <Text>{sorted.length - MOST_ENTRIES} more are not listed.</Text> : null}
      {readme ? <Readme entry={readme} place={place} /> : null}
    </>
  );
}

function Readme({ entry, place: { repository, branch, path } }: { entry: Entry; place: Place }) {
  const version = repository.status?.branches?.[branch] ?? '';
  const address = `${repositoryPath(repository.spec)}/contents/${encodePath(entry.path)}`;
  const { data } = useGitea<Entry>(`${address}?ref=${encodeURIComponent(branch)}`, version);
  if (!data || data.size > MOST_SHOWN) return null;
  const text = textOf(data);
  return (
    <section className="section" aria-label={entry.name}>
      <Title order={2} size="h4" mb="xs">
        {entry.name}
      </Title>
      {/\.md$/i.test(entry.name) ? (
        <Markdown text={text} linkOf={target => placeOf(target, branch, path)} level={3} />
      ) : (
        <CodeBlock label={entry.name} text={text} />
      )}
    </section>
  );
}

/** Where a relative link of a README leads; undefined for what is no path. */
function placeOf(target: string, branch: string, folder: string): string | undefined {
  const base = `http://repository/${encodePath(folder)}${folder ? '/' : ''}`;
  if (target.startsWith('#') || !URL.canParse(target, base)) return undefined;
  const { host, pathname } = new URL(target, base);
  // The API takes it as it stands there, whatever it is.
  const path = pathname.slice(1).replaceAll('+', '%2B');
  return host === 'repository' ? `?ref=${encodeURIComponent(branch)}&path=${path}` : undefined;
}

function File({ entry, place: { repository, branch, path } }: { entry: Entry; place: Place }) {
  const raw = rawAddress(repositoryPath(repository.spec), path, branch);
  const text = entry.size <= MOST_SHOWN ? textOf(entry) : undefined;
  const isText = text !== undefined && !text.includes('\0');
  return (
    <>
      <div className="facts">
        <Text>{sizeOf(entry.size)}</Text>
        <a href={raw} download={entry.name}>
          Download
        </a>
      </div>
      {isText ? (
        <CodeBlock label={path} text={text} />
      ) : (
        <Text my="md">It is not shown: {whyNot(entry)}.</Text>
      )}
    </>
  );
}

function whyNot({ type, size }: Entry): string {
  if (type === 'submodule') return 'it is a submodule, which lies in another repository';
  return size > MOST_SHOWN ? 'it is too large' : 'it is no text';
}

function textOf({ content }: Entry): string {
  const bytes = Uint8Array.from(atob(content ?? ''), character => character.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}

function sizeOf(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
