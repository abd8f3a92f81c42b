import { Alert, List } from '@mantine/core';
import type { CatalogEntity } from '../../api/catalog.ts';

/** What is wrong with an entity, each with what to do about it; nothing when all is well. */
export function Problems({ entity }: { entity: CatalogEntity }) {
  const items = entity.status?.items ?? [];
  if (items.length === 0) return null;
  const isBroken = items.some(({ level }) => level === 'error');
  return (
    <Alert
      color={isBroken ? 'red' : 'yellow'}
      variant="light"
      my="md"
      title={items.length === 1 ? 'One thing is wrong with it' : `${items.length} things are wrong with it`}
    >
      <List size="sm">
        {items.map(({ type, message }) => (
          <List.Item key={`${type} ${message}`}>{message}</List.Item>
        ))}
      </List>
    </Alert>
  );
}
