import { Text } from '@mantine/core';
import { type EnvironmentDelivery, Report } from '@slipway/kinds';
import { Link } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import { paths } from '../../paths.ts';
import { Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { Trend } from './trend.tsx';
import { measureWords, ofServices } from './words.ts';
import './insights.css';

const MEASURES = ['Change lead time', 'Deployments', 'Recovery time', 'Change fail rate', 'Rework rate'];

/** How delivery goes and where services stand. They are listed by name and never ranked: services are unlike. */
export function InsightsPage() {
  const { items, error } = useLive(Report);
  if (error) return <Problem title="The reports could not be read">{error}</Problem>;
  if (!items) return <Waiting what="reading reports" />;
  const reports = ofServices(items);
  return (
    <>
      <PageTitle>Insights</PageTitle>
      <Text c="dimmed" mb="md">
        DORA’s five measures of the last 30 days, for each environment of a service, and its scorecards.
        Unknown means that nothing was seen yet, not zero.
      </Text>
      {reports.length === 0 ? (
        <Text>
          No service yet. <Link to={paths.create()}>Create one</Link>: it is measured from its first
          deployment on.
        </Text>
      ) : (
        <Services reports={reports} />
      )}
      <SameCommand command="slipway insights list" />
    </>
  );
}

function Services({ reports }: { reports: Report[] }) {
  return (
    <Rows label="Services" columns={['Service', 'Environment', ...MEASURES, 'Scorecards']}>
      {reports.flatMap(report =>
        (report.status?.delivery ?? []).map((delivery, index) => (
          <Row
            key={`${report.metadata.namespace}/${report.metadata.name}/${delivery.name}`}
            cells={cellsOf(report, delivery, index === 0)}
          />
        )),
      )}
    </Rows>
  );
}

function cellsOf(
  report: Report,
  { name, production, measures, history }: EnvironmentDelivery,
  first: boolean,
) {
  const { subject } = report.spec;
  const values = measureWords(measures).map(each => each.value);
  const [lead, rate, ...instability] = values;
  return [
    <Link key="service" to={paths.serviceInsights(subject.namespace ?? '', subject.name)}>
      {subject.name}
    </Link>,
    production ? `${name}, production` : name,
    lead,
    <div key="rate" className="lines">
      {rate}
      <Trend
        values={history.map(each => each.deployments)}
        label={`Deployments within 30 days over time: ${measures.deployments} now`}
      />
    </div>,
    ...instability,
    first ? <Levels key="levels" report={report} /> : null,
  ];
}

function Levels({ report }: { report: Report }) {
  return (
    <div className="lines">
      {(report.status?.scorecards ?? []).map(each => (
        <span key={each.scorecard}>
          {each.title}: {each.level || 'no level yet'}, {each.passed} of {each.counted}
        </span>
      ))}
    </div>
  );
}
