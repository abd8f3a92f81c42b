import { Anchor, Code, Group, Table, Text, Title } from '@mantine/core';
import { Repository, Workload } from '@slipway/kinds';
import { useParams } from '@tanstack/react-router';
import { useLive } from '../api/live.ts';
import { Health } from '../ui/health.tsx';
import { Problem, SameCommand, Waiting } from '../ui/notice.tsx';

/** One service: live address, last pipeline, environments side by side. */
export function ServicePage() {
  const { namespace, name } = useParams({ strict: false }) as { namespace: string; name: string };
  const { items, error } = useLive(Workload, { namespace, name });
  const workload = items?.[0];
  if (error) return <Problem title="The service could not be read">{error}</Problem>;
  if (!items) return <Waiting what="reading the service" />;
  if (!workload)
    return (
      <Problem title={`There is no service ${name}`}>
        It may still be on its way; this page shows it as soon as it is there.
      </Problem>
    );
  const waiting = workload.status?.conditions?.find(condition => condition.status === 'False');
  return (
    <>
      <Title order={1} size="h2">
        {name}
      </Title>
      {workload.spec.description ? <Text>{workload.spec.description}</Text> : null}
      <Pipeline workload={workload} />
      {waiting ? <Text size="sm">{waiting.message}</Text> : null}
      <Environments workload={workload} />
      <Clone namespace={namespace} name={workload.spec.repository} />
      <SameCommand command={`slipway service logs ${name} --follow`} />
    </>
  );
}

function Pipeline({ workload }: { workload: Workload }) {
  const pipeline = workload.status?.pipeline;
  return (
    <Group my="md" gap="sm">
      <Text fw={600}>Pipeline</Text>
      <Health word={pipeline?.phase ?? 'Pending'} />
      {pipeline ? <Code>{pipeline.revision.slice(0, 7)}</Code> : null}
      {pipeline?.message ? <Text size="sm">{pipeline.message}</Text> : null}
    </Group>
  );
}

function Environments({ workload }: { workload: Workload }) {
  return (
    <div className="scroll">
      <Table verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Environment</Table.Th>
            <Table.Th>Health</Table.Th>
            <Table.Th>Address</Table.Th>
            <Table.Th>Image</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {(workload.status?.environments ?? []).map(each => (
            <Table.Tr key={each.name}>
              <Table.Td>{each.name}</Table.Td>
              <Table.Td>
                <Health word={each.health ?? (each.healthy ? 'Healthy' : 'Missing')} />
                {each.message ? <Text size="sm">{each.message}</Text> : null}
              </Table.Td>
              <Table.Td>
                {each.image ? <Anchor href={each.url}>{each.url}</Anchor> : 'nothing runs here yet'}
              </Table.Td>
              <Table.Td>
                {each.image ? <Code>{each.image.replace(/^.*@sha256:/, '').slice(0, 12)}</Code> : null}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Clone({ namespace, name }: { namespace: string; name: string }) {
  const { items } = useLive(Repository, { namespace });
  const repository = items?.find(item => item.spec.name === name);
  if (!repository) return null;
  const address = `${location.protocol}//git.${location.host}/${repository.spec.owner}/${repository.spec.name}.git`;
  return (
    <Text mt="md">
      Repository: <Code>git clone {address}</Code>
    </Text>
  );
}
