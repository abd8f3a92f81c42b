import { Text, Title } from '@mantine/core';
import { type CheckResult, Report, reportKeyOf, type ScorecardResult } from '@slipway/kinds';
import { Link } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import { paths } from '../../paths.ts';
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

interface Props {
  namespace: string;
  name: string;
  /** Every check, also those that pass. */
  all?: boolean;
}

/** Where a service stands on each scorecard: its level, and the checks that want something done. */
export function ScoreCard({ namespace, name, all = false }: Props) {
  const { items, error } = useLive(Report, reportKeyOf({ namespace, name }));
  if (error) return <Problem title="The scorecards could not be read">{error}</Problem>;
  const scorecards = items?.[0]?.status?.scorecards ?? [];
  return (
    <>
      {scorecards.map(each => (
        <OneCard key={each.scorecard} result={each} all={all} to={paths.serviceInsights(namespace, name)} />
      ))}
    </>
  );
}

function OneCard({ result, all, to }: { result: ScorecardResult; all: boolean; to: string }) {
  const { title, level, nextLevel, passed, counted, results, history } = result;
  const shown = all ? results : results.filter(({ state }) => state !== 'pass');
  return (
    <section className="section">
      <div className="facts">
        <Title order={2} size="h4">
          {title}
        </Title>
        <span className="numbers">
          {passed} of {counted} pass
        </span>
        {all ? null : <Link to={to}>All checks</Link>}
        <Trend values={history.map(each => each.passed)} label={`Checks passed over time: ${passed} now`} />
      </div>
      <Text size="sm" c="dimmed" mb="xs">
        {level ? `Level ${level}` : 'No level yet'}
        {nextLevel ? `; for ${nextLevel} its checks have to pass` : ''}.
      </Text>
      {shown.length > 0 ? <Checks label={title} results={shown} /> : null}
    </section>
  );
}

function Checks({ label, results }: { label: string; results: CheckResult[] }) {
  return (
    <Rows label={label} columns={['Level', 'Check', 'State', 'Found', 'What to do']}>
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
