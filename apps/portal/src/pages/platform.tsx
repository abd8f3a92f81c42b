import { Table, Text, Title } from '@mantine/core';
import { Component } from '@slipway/kinds';
import { useLive } from '../api/live.ts';
import { Health } from '../ui/health.tsx';
import { Problem, SameCommand, Waiting } from '../ui/notice.tsx';

/** What this platform is made of, and what each part's last probe found. */
export function PlatformPage() {
  const { items, error } = useLive(Component);
  if (error) return <Problem title="The components could not be read">{error}</Problem>;
  if (!items) return <Waiting what="reading components" />;
  return (
    <>
      <Title order={1} size="h2" mb="md">
        Platform
      </Title>
      <div className="scroll">
        <Table verticalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Technology</Table.Th>
              <Table.Th>Capabilities</Table.Th>
              <Table.Th>Engine</Table.Th>
              <Table.Th>Health</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map(item => (
              <Table.Tr key={item.metadata.uid}>
                <Table.Td>{item.metadata.name}</Table.Td>
                <Table.Td>{item.spec.capabilities.join(', ')}</Table.Td>
                <Table.Td>{item.spec.engine}</Table.Td>
                <Table.Td>
                  <ComponentHealth item={item} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      <SameCommand command="slipway status" />
    </>
  );
}

function ComponentHealth({ item }: { item: Component }) {
  const probed = item.status?.conditions?.find(condition => condition.type === 'Probed');
  const word = { True: 'Healthy', False: 'Degraded', Unknown: 'Progressing' }[probed?.status ?? 'Unknown'];
  return (
    <>
      <Health word={word} />
      {word === 'Healthy' ? null : <Text size="sm">{probed?.message}</Text>}
    </>
  );
}
