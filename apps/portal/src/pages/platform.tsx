import { Text } from '@mantine/core';
import { Component } from '@slipway/kinds';
import { useLive } from '../api/live.ts';
import { Health } from '../ui/health.tsx';
import { Problem, SameCommand, Waiting } from '../ui/notice.tsx';
import { PageTitle } from '../ui/page-title.tsx';
import { Row, Rows } from '../ui/rows.tsx';

/** What this platform is made of, and what each part's last probe found. */
export function PlatformPage() {
  const { items, error } = useLive(Component);
  if (error) return <Problem title="The components could not be read">{error}</Problem>;
  if (!items) return <Waiting what="reading components" />;
  return (
    <>
      <PageTitle>Platform</PageTitle>
      <Rows label="Components" columns={['Technology', 'Capabilities', 'Engine', 'Health']}>
        {items.map(item => (
          <Row
            key={item.metadata.uid}
            cells={[
              item.metadata.name,
              item.spec.capabilities.join(', '),
              item.spec.engine,
              <ComponentHealth key="health" item={item} />,
            ]}
          />
        ))}
      </Rows>
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
