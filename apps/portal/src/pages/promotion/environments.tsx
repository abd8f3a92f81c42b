import { Code, Text } from '@mantine/core';
import type { Stored } from '@slipway/api';
import { Environment, Promotion, Workload, type WorkloadEnvironment } from '@slipway/kinds';
import { Link } from '@tanstack/react-router';
import { DeliveredApplication } from '../../api/application.ts';
import { useLive } from '../../api/live.ts';
import { paths } from '../../paths.ts';
import { Health } from '../../ui/health.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { Section } from '../../ui/section.tsx';
import { Promote } from './promote-button.tsx';
import { WaitingPromotions } from './waiting.tsx';
import { matrixOf, shortImage } from './ways.ts';

/** What runs where, what could go on, and what is on its way. */
export function EnvironmentsPage() {
  const workloads = useLive(Workload);
  const environments = useLive(Environment);
  const promotions = useLive(Promotion).items ?? [];
  const error = workloads.error ?? environments.error;
  return (
    <>
      <PageTitle>Environments</PageTitle>
      {error ? <Problem title="The environments could not be read">{error}</Problem> : null}
      {workloads.items && environments.items ? (
        <Matrix workloads={workloads.items} environments={environments.items} promotions={promotions} />
      ) : (
        <Waiting what="reading environments" />
      )}
      <WaitingPromotions />
      <Promotions items={promotions} />
      <SameCommand command="slipway service promote NAME" />
    </>
  );
}

interface MatrixProps {
  workloads: Workload[];
  environments: Environment[];
  promotions: Stored<Promotion>[];
}

function Matrix({ workloads, environments, promotions }: MatrixProps) {
  const { items: applications } = useLive(DeliveredApplication);
  const { names, rows } = matrixOf(workloads, environments);
  if (rows.length === 0)
    return (
      <Text my="lg">
        No services yet. <Link to={paths.create()}>Create one</Link>, and it stands here in every environment.
      </Text>
    );
  const since = (workload: Workload, name: string) =>
    applications
      ?.find(
        ({ metadata }) =>
          metadata.namespace === workload.metadata.namespace &&
          metadata.name === `${workload.metadata.name}-${name}`,
      )
      ?.status?.history?.at(-1)?.deployedAt;
  return (
    <Rows label="What runs where" columns={['Service', ...names]}>
      {rows.map(({ workload, cells }) => (
        <Row
          key={workload.metadata.uid}
          cells={[
            <Link
              key="service"
              to={paths.service(workload.metadata.namespace ?? '', workload.metadata.name ?? '')}
            >
              {workload.metadata.name}
            </Link>,
            ...cells.map((cell, index) => (
              <Cell
                key={names[index]}
                workload={workload}
                environment={cell}
                environments={environments}
                promotions={promotions}
                since={since(workload, names[index] ?? '')}
              />
            )),
          ]}
        />
      ))}
    </Rows>
  );
}

interface CellProps {
  workload: Workload;
  environment: WorkloadEnvironment | undefined;
  environments: Environment[];
  promotions: Promotion[];
  since: string | undefined;
}

function Cell({ workload, environment, environments, promotions, since }: CellProps) {
  if (!environment) return <Text size="sm">not here</Text>;
  const { name, health, healthy, image, revision } = environment;
  return (
    <div className="lines">
      <div className="facts">
        <Health word={health ?? (healthy ? 'Healthy' : 'Missing')} />
        <Moment time={since} />
      </div>
      {image ? (
        <div className="facts">
          <Code>{shortImage(image)}</Code>
          <span>
            of <Code>{revision?.slice(0, 7)}</Code>
          </span>
        </div>
      ) : null}
      <div>
        <Promote workload={workload} to={name} environments={environments} promotions={promotions} />
      </div>
    </div>
  );
}

const MOST = 20;

function Promotions({ items }: { items: Stored<Promotion>[] }) {
  const newest = [...items].sort((a, b) => createdOf(b).localeCompare(createdOf(a))).slice(0, MOST);
  if (newest.length === 0) return null;
  return (
    <Section title="Promotions">
      <Rows label="Promotions" columns={['Service', 'What', 'State', 'By', 'When']}>
        {newest.map(({ metadata, spec, status }) => (
          <Row
            key={metadata.uid}
            cells={[
              spec.workload,
              <Link key="what" to={paths.promotion(metadata.namespace ?? '', metadata.name)}>
                {spec.rollbackOf ? 'roll back' : 'promote'} to {spec.to}
              </Link>,
              <Health key="state" word={status?.phase ?? 'Pending'} />,
              status?.promotedBy ?? '',
              <Moment key="when" time={metadata.creationTimestamp} />,
            ]}
          />
        ))}
      </Rows>
    </Section>
  );
}

function createdOf({ metadata }: Stored<Promotion>): string {
  return `${metadata.creationTimestamp} ${metadata.name}`;
}
