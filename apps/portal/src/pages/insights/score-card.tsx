import { Text, Title } from '@mantine/core';
import { type CheckResult, Report, reportKeyOf, type ScorecardResult } from '@slipway/kinds';
import { useLive } from '../../api/live.ts';
import { Health } from '../../ui/health.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Problem } from '../../ui/notice.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { Trend } from './trend.tsx';
import './insights.css';

const STATE: Record<CheckResult['state'], string> = {
  pass: 'Pass',
  fail: 'Fail',
  unknown: 'Unknown',
  exempt: 'Exempt',
};

/** Where a service stands on each scorecard: level, checks, what was found, what to do. */
export function ScoreCard({ namespace, name }: { namespace: string; name: string }) {
  const { items, error } = useLive(Report, reportKeyOf({ namespace, name }));
  if (error) return <Problem title="The scorecards could not be read">{error}</Problem>;
  const scorecards = items?.[0]?.status?.scorecards ?? [];
  return (
    <>
      {scorecards.map(each => (
        <OneCard key={each.scorecard} result={each} />
      ))}
    </>
  );
}

function OneCard({ result }: { result: ScorecardResult }) {
  const { title, level, nextLevel, passed, counted, results, history } = result;
  return (
    <section className="section">
      <div className="facts">
        <Title order={2} size="h4">
          {title}
        </Title>
        <span className="numbers">
          {passed} of {counted} pass
        </span>
        <Trend values={history.map(each => each.passed)} label={`Checks passed over time: ${passed} now`} />
      </div>
      <Text size="sm" c="dimmed" mb="xs">
        {level ? `Level ${level}` : 'No level yet'}
        {nextLevel ? `; for ${nextLevel} its checks have to pass` : ''}.
      </Text>
      <Rows label={title} columns={['Level', 'Check', 'State', 'Found', 'What to do']}>
        {results.map(each => (
          <Row
            key={each.check}
            cells={[
              each.level,
              each.title,
              <Health key="state" word={STATE[each.state]} />,
              <Found key="found" result={each} />,
              each.state === 'fail' || each.state === 'unknown' ? each.fix : '',
            ]}
          />
        ))}
      </Rows>
    </section>
  );
}

function Found({ result }: { result: CheckResult }) {
  const { exemption, found } = result;
  if (!exemption) return <>{found}</>;
  return (
    <>
      {exemption.reason}; {exemption.owner} answers for it, it ends <Moment time={exemption.until} />
    </>
  );
}
