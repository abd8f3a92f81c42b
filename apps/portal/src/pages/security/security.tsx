import { Button, Text, Title } from '@mantine/core';
import { hasReason, messageOf } from '@slipway/api';
import { type SecurityFinding, SecurityReport } from '@slipway/kinds';
import { useQuery } from '@tanstack/react-query';
import { client } from '../../api/client.ts';
import { paths } from '../../paths.ts';
import { Health } from '../../ui/health.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import './security.css';

const WORDS = { ok: 'Verified', warn: 'Known limit', bad: 'Wrong', unknown: 'Not known' };
/** What needs people comes first. */
const GROUPS: { title: string; results: SecurityFinding['result'][] }[] = [
  { title: 'Not as it should be', results: ['bad'] },
  { title: 'Look at these', results: ['warn', 'unknown'] },
  { title: 'As it should be', results: ['ok'] },
];

/** Each secure default with how it was verified just now, on the platform that runs. */
export function SecurityPage() {
  const { data, error, isPending, isFetching, refetch } = useQuery({
    queryKey: ['security'],
    queryFn: askNow,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <>
      <PageTitle
        beside={
          <Button size="xs" variant="default" loading={isFetching} onClick={() => void refetch()}>
            Verify again
          </Button>
        }
      >
        Security
      </PageTitle>
      {isPending ? <Waiting what="verifying every secure default on the running platform" /> : null}
      {error ? <Refusal reason={error} /> : null}
      {data ? <Findings findings={data} /> : null}
      <SameCommand command="slipway security report" />
    </>
  );
}

async function askNow(): Promise<SecurityFinding[]> {
  const { group, version, kind } = SecurityReport;
  const asked: SecurityReport = { apiVersion: `${group}/${version}`, kind, metadata: {} };
  return (await client.create(SecurityReport, asked)).status?.findings ?? [];
}

function Refusal({ reason }: { reason: unknown }) {
  if (hasReason(reason, 'Unauthorized')) location.assign(paths.signIn(location.pathname));
  if (hasReason(reason, 'Forbidden'))
    return (
      <Problem title="You may not ask for the security report">
        It takes the right to create securityreports.security.slipway.dev. Ask an administrator of the
        platform for it.
      </Problem>
    );
  return <Problem title="The report could not be made">{messageOf(reason)}</Problem>;
}

function Findings({ findings }: { findings: SecurityFinding[] }) {
  const groups = GROUPS.map(({ title, results }) => ({
    title,
    own: findings.filter(({ result }) => results.includes(result)),
  })).filter(({ own }) => own.length > 0);
  return (
    <>
      <Text>
        {findings.filter(({ result }) => result === 'ok').length} of {findings.length} verified,{' '}
        <Moment time={findings[0]?.at} />.
      </Text>
      {groups.map(({ title, own }) => (
        <section key={title} className="section" aria-label={title}>
          <Title order={2} size="h4" mb="xs">
            {title}
          </Title>
          <ul className="findings">
            {own.map(finding => (
              <Finding key={finding.check} finding={finding} />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function Finding({ finding: { result, what, how, found, at, advice } }: { finding: SecurityFinding }) {
  return (
    <li className="finding">
      <Health word={WORDS[result]} />
      <div>
        <strong className="finding-what">{what}</strong>
        <p>{found}</p>
        {advice ? <p>To do: {advice}</p> : null}
        <Text c="dimmed" size="sm">
          {how}, <Moment time={at} />
        </Text>
      </div>
    </li>
  );
}
