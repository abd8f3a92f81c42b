import { Text } from '@mantine/core';
import type { Stored } from '@slipway/api';
import { Team, Workload } from '@slipway/kinds';
import { Link } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import { paths } from '../../paths.ts';
import { Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { TeamHealth } from './team-health.tsx';
import { useMay } from './use-may.ts';

/** The teams of the platform: who is in each, and what it runs. */
export function TeamsPage() {
  const { items, error } = useLive(Team);
  const mayManage = useMay('list', 'identity.slipway.dev', 'users');
  const workloads = useLive(Workload).items;
  const sorted = items?.toSorted((a, b) => a.metadata.name.localeCompare(b.metadata.name));
  const servicesOf = (team: Stored<Team>) =>
    workloads?.filter(({ metadata }) => metadata.namespace === `team-${team.metadata.name}`) ?? [];
  return (
    <>
      <PageTitle beside={mayManage ? <Link to={paths.people()}>People and groups</Link> : undefined}>
        Teams
      </PageTitle>
      {error ? <Problem title="The teams could not be read">{error}</Problem> : null}
      {sorted || error ? null : <Waiting what="reading teams" />}
      {sorted?.length ? (
        <Rows label="Teams" columns={['Team', 'Members', 'Services', 'State']}>
          {sorted.map(team => (
            <Row
              key={team.metadata.uid}
              cells={[
                <Link key="team" to={paths.team(team.metadata.name)}>
                  {team.metadata.name}
                </Link>,
                team.spec.members?.map(plainMember).join(', ') || <span className="quiet">nobody</span>,
                servicesOf(team)
                  .map(({ metadata }) => metadata.name)
                  .join(', '),
                <TeamHealth key="state" team={team} />,
              ]}
            />
          ))}
        </Rows>
      ) : null}
      {sorted?.length === 0 ? (
        <Text>There is no team yet; add one to platform.yaml below spec.teams, and run slipway apply.</Text>
      ) : null}
      <SameCommand command="slipway team list" />
    </>
  );
}

/** `user:ann` as people say it. */
function plainMember(member: string): string {
  return member.replace(/^user:/, '').replace(/^group:/, 'group ');
}
