import { Text } from '@mantine/core';
import { messageOf } from '@slipway/api';
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useRef } from 'react';
import { type CatalogEntity, findEntities } from '../../api/catalog.ts';
import { paths } from '../../paths.ts';
import { Problem, Waiting } from '../../ui/notice.tsx';
import { useWindow } from '../../ui/window.ts';
import { EntityLink } from './entity-link.tsx';

/** Entities asked for at once. */
const PAGE = 100;
const COLUMNS = ['Name', 'Kind', 'Owner', 'Type', 'Lifecycle', 'Description'];

interface Props {
  filters: string[];
  text: string;
  /** Stands there when nothing fits. */
  empty: ReactNode;
}

/** Entities by name. Only what is in the window is read and drawn, so ten thousand are as quick as ten. */
export function EntityList({ filters, text, empty }: Props) {
  const body = useRef<HTMLTableSectionElement>(null);
  const { first, last, height } = useWindow(body);
  const pageQuery = (page: number) => ({
    queryKey: ['catalog', 'list', filters, text, page],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      findEntities({ filters, text, limit: PAGE, offset: page * PAGE }, signal),
  });
  // The first page says how many there are, so it is read wherever one looks.
  const top = useQuery({ ...pageQuery(0), placeholderData: keepPreviousData });
  const pages = range(Math.floor(first / PAGE), Math.floor(last / PAGE)).filter(page => page > 0);
  const answers = useQueries({ queries: pages.map(pageQuery) });
  const failure = top.error ?? answers.find(({ error }) => error)?.error;
  if (failure) return <Problem title="The catalog could not be read">{messageOf(failure)}</Problem>;
  if (!top.data) return <Waiting what="reading the catalog" />;
  const total = top.data.totalItems;
  if (total === 0) return empty;
  const shown = range(first, Math.min(last, total - 1));
  const at = (index: number) => {
    const page = Math.floor(index / PAGE);
    const answer = page === 0 ? top.data : answers[pages.indexOf(page)]?.data;
    return answer?.items[index % PAGE];
  };
  return (
    <>
      <Text role="status" c="dimmed" size="sm">
        {total === 1 ? '1 entity' : `${total.toLocaleString('en')} entities`}
      </Text>
      <table className="entities" aria-label="Entities" aria-rowcount={total + 1}>
        <thead>
          <tr>
            {COLUMNS.map(column => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          <Gap height={first * height} />
          {shown.map(index => (
            <EntityRow key={index} index={index} entity={at(index)} />
          ))}
          <Gap height={Math.max(0, total - 1 - (shown.at(-1) ?? 0)) * height} />
        </tbody>
      </table>
    </>
  );
}

/** The room of rows that are not drawn. */
function Gap({ height }: { height: number }) {
  if (height === 0) return null;
  return (
    <tr className="gap" aria-hidden>
      <td colSpan={COLUMNS.length} style={{ height }} />
    </tr>
  );
}

function EntityRow({ index, entity }: { index: number; entity: CatalogEntity | undefined }) {
  if (!entity)
    return (
      <tr aria-rowindex={index + 2}>
        <td colSpan={COLUMNS.length}>…</td>
      </tr>
    );
  const { kind, metadata, spec = {} } = entity;
  const { namespace = 'default', name, title, description } = metadata;
  const owner = typeof spec.owner === 'string' ? spec.owner : '';
  return (
    <tr aria-rowindex={index + 2}>
      <td>
        <Link to={paths.entity(kind, namespace, name)}>{title ?? name}</Link>
        {namespace === 'default' ? null : <span className="quiet"> {namespace}</span>}
      </td>
      <td>{kind}</td>
      <td>{owner === '' ? null : <EntityLink text={owner} kind="group" namespace={namespace} />}</td>
      <td>{String(spec.type ?? '')}</td>
      <td>{String(spec.lifecycle ?? '')}</td>
      <td title={description}>{description}</td>
    </tr>
  );
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_each, index) => from + index);
}
