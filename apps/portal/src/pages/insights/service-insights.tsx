import { Title } from '@mantine/core';
import { type DeliveryEvent, type EnvironmentDelivery, Report, reportKeyOf } from '@slipway/kinds';
import { Link, useParams } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import { paths } from '../../paths.ts';
import { Health } from '../../ui/health.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Problem, Waiting } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { ShowYaml } from '../../ui/show-yaml.tsx';
import { ServiceDelivery } from './delivery-measures.tsx';
import { ScoreCard } from './score-card.tsx';

const MOST_SHOWN = 50;

/** One service: DORA's measures, the events they come from, and its scorecards. */
export function ServiceInsightsPage() {
  const { namespace, name } = useParams({ strict: false }) as { namespace: string; name: string };
  const { items, error } = useLive(Report, reportKeyOf({ namespace, name }));
  if (error) return <Problem title="The report could not be read">{error}</Problem>;
  if (!items) return <Waiting what="reading the report" />;
  const [report] = items;
  if (!report)
    return (
      <Problem title={`There is no report on ${name}`}>
        It is made with the service. <Link to={paths.insights()}>See all services</Link>.
      </Problem>
    );
  return (
    <>
      <PageTitle beside={<Link to={paths.service(namespace, name)}>The service</Link>}>
        {`Insights on ${name}`}
      </PageTitle>
      <ServiceDelivery namespace={namespace} name={name} />
      <Events delivery={report.status?.delivery ?? []} />
      <ScoreCard namespace={namespace} name={name} all />
      <ShowYaml object={report} />
    </>
  );
}

function Events({ delivery }: { delivery: EnvironmentDelivery[] }) {
  const events = delivery
    .flatMap(({ name, events: own }) => own.map(event => ({ name, event })))
    .sort((a, b) => Date.parse(b.event.at) - Date.parse(a.event.at))
    .slice(0, MOST_SHOWN);
  if (events.length === 0) return null;
  return (
    <section className="section">
      <Title order={2} size="h4" mb="xs">
        What happened
      </Title>
      <Rows label="Events" columns={['When', 'Environment', 'Event', 'Detail']}>
        {events.map(({ name, event }) => (
          <Row
            key={`${name} ${event.type} ${event.at}`}
            cells={[
              <Moment key="when" time={event.at} />,
              name,
              <EventWord key="event" event={event} />,
              detailOf(event),
            ]}
          />
        ))}
      </Rows>
    </section>
  );
}

function EventWord({ event }: { event: DeliveryEvent }) {
  if (event.type === 'failure') return <Health word="Failed" />;
  if (event.type === 'recovery') return <Health word="Healthy" />;
  return <>{event.rollback ? 'Rolled back' : 'Deployed'}</>;
}

function detailOf(event: DeliveryEvent): string {
  if (event.type === 'failure') return event.message;
  if (event.type === 'recovery') return 'healthy again';
  const commits = event.commits?.length;
  const what = event.revision?.slice(0, 10) ?? 'an unknown revision';
  return commits === undefined ? what : `${what}, ${commits} new ${commits === 1 ? 'commit' : 'commits'}`;
}
