import { Text } from '@mantine/core';
import type { CatalogEntity } from '../../api/catalog.ts';

/** What is wrong with an entity, each with what to do about it; nothing when all is well. */
export function Problems({ entity }: { entity: CatalogEntity }) {
  const items = (entity.status?.items ?? []).filter(({ level }) => level !== 'info');
  if (items.length === 0) return null;
  const isBroken = items.some(({ level }) => level === 'error');
  return (
    <div className="wrong" role="note" data-tone={isBroken ? 'bad' : 'wait'}>
      <Text fw={600}>
        {items.length === 1 ? 'One thing is wrong with it' : `${items.length} things are wrong with it`}
      </Text>
      <ul>
        {items.map(({ type, message }) => (
          <li key={`${type} ${message}`}>{message}</li>
        ))}
      </ul>
    </div>
  );
}
