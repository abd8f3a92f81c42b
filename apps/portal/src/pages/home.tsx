import { Anchor, Button, Group, Table, Text, Title } from '@mantine/core';
import { Workload } from '@slipway/kinds';
import { Link } from '@tanstack/react-router';
import { useLive } from '../api/live.ts';
import { paths } from '../paths.ts';
import { Health } from '../ui/health.tsx';
import { Problem, SameCommand, Waiting } from '../ui/notice.tsx';

/** My services: health, live address, last pipeline. */
export function HomePage() {
  const { items, error } = useLive(Workload);
  return (
    <>
      <Group justify="space-between" mb="md">
        <Title order={1} size="h2">
          Services
        </Title>
        <Button component={Link} to={paths.create()}>
          Create a service
        </Button>
      </Group>
      {error ? <Problem title="The services could not be read">{error}</Problem> : null}
      {items || error ? null : <Waiting what="reading services" />}
      {items?.length === 0 ? <FirstStep /> : null}
      {items && items.length > 0 ? <Services items={items} /> : null}
      <SameCommand command="slipway service list" />
    </>
  );
}

function FirstStep() {
  return (
    <Text my="lg">
      No services yet. <Link to={paths.create()}>Create one from a golden path</Link>: it brings a repository,
      a pipeline, environments and a live address.
    </Text>
  );
}

function Services({ items }: { items: Workload[] }) {
  const rows = [...items].sort((a, b) => (a.metadata.name ?? '').localeCompare(b.metadata.name ?? ''));
  return (
    <div className="scroll">
      <Table verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Service</Table.Th>
            <Table.Th>Team</Table.Th>
            <Table.Th>Environments</Table.Th>
            <Table.Th>Pipeline</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(item => (
            <ServiceRow key={item.metadata.uid} item={item} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function ServiceRow({ item }: { item: Workload }) {
  const { name = '', namespace = '' } = item.metadata;
  return (
    <Table.Tr>
      <Table.Td>
        <Link to={paths.service(namespace, name)}>{name}</Link>
      </Table.Td>
      <Table.Td>{namespace.replace(/^team-/, '')}</Table.Td>
      <Table.Td>
        {(item.status?.environments ?? []).map(environment => (
          <Group key={environment.name} gap="xs">
            <Health word={environment.health ?? (environment.healthy ? 'Healthy' : 'Missing')} />
            {environment.image ? (
              <Anchor href={environment.url}>{environment.name}</Anchor>
            ) : (
              environment.name
            )}
          </Group>
        ))}
      </Table.Td>
      <Table.Td>
        <Health word={item.status?.pipeline?.phase ?? 'Pending'} />
      </Table.Td>
    </Table.Tr>
  );
}
