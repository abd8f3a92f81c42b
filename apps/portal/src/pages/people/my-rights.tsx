import { Text } from '@mantine/core';
import { messageOf, type Stored } from '@slipway/api';
import { type PolicyRule, SelfSubjectRulesReview, Team } from '@slipway/kinds';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { client } from '../../api/client.ts';
import { useLive } from '../../api/live.ts';
import { isIn } from '../../api/membership.ts';
import { paths } from '../../paths.ts';
import { Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { Section } from '../../ui/section.tsx';
import { allowedBy, ENVIRONMENT_DEEDS, PLATFORM_DEEDS, TEAM_DEEDS } from './rights.ts';

/** What I may do in which team, as the API itself answers it now. */
export function MyRights({ name, groups }: { name: string; groups: string[] }) {
  const { items, error } = useLive(Team);
  const teams = items?.filter(team => !team.metadata.deletionTimestamp) ?? [];
  const mine = (team: Team) => isIn(team, { name, groups });
  const sorted = teams.toSorted(
    (a, b) => Number(mine(b)) - Number(mine(a)) || a.metadata.name.localeCompare(b.metadata.name),
  );
  return (
    <Section title="What I may do">
      {error ? <Problem title="The teams could not be read">{error}</Problem> : null}
      {items || error ? null : <Waiting what="asking what you may do" />}
      <Rows label="Rights" columns={['Where', 'I may']}>
        <Platform />
        {sorted.flatMap(team => [
          <InTeam key={team.metadata.uid} team={team} isMine={mine(team)} />,
          ...environmentsOf(team).map(namespace => <InEnvironment key={namespace} namespace={namespace} />),
        ])}
      </Rows>
      <SameCommand command="slipway kubeconfig --person > me.yaml; kubectl --kubeconfig me.yaml auth can-i --list -n team-default" />
    </Section>
  );
}

function environmentsOf({ metadata, status }: Stored<Team>): string[] {
  return status?.namespaces?.filter(namespace => namespace !== `team-${metadata.name}`) ?? [];
}

function Platform() {
  const rights = useRules('default');
  return <Row cells={['The platform', <Words key="words" rights={rights} deeds={PLATFORM_DEEDS} />]} />;
}

function InTeam({ team, isMine }: { team: Stored<Team>; isMine: boolean }) {
  const { name } = team.metadata;
  const rights = useRules(`team-${name}`);
  const link = (
    <span key="team">
      Team <Link to={paths.team(name)}>{name}</Link>
      {isMine ? <span className="quiet"> · member</span> : null}
    </span>
  );
  return <Row cells={[link, <Words key="words" rights={rights} deeds={TEAM_DEEDS} />]} />;
}

function InEnvironment({ namespace }: { namespace: string }) {
  const rights = useRules(namespace);
  return (
    <Row
      cells={[
        <code key="namespace">{namespace}</code>,
        <Words key="words" rights={rights} deeds={ENVIRONMENT_DEEDS} />,
      ]}
    />
  );
}

interface Rights {
  data: PolicyRule[] | undefined;
  error: unknown;
}

function Words({ rights: { data, error }, deeds }: { rights: Rights; deeds: typeof TEAM_DEEDS }) {
  if (error) return <Text size="sm">not known: {messageOf(error)}</Text>;
  if (!data) return <Text size="sm">…</Text>;
  const words = allowedBy(data, deeds);
  return words.length > 0 ? words.join(', ') : <span className="quiet">nothing here</span>;
}

function useRules(namespace: string): Rights {
  return useQuery({
    queryKey: ['rules', namespace],
    queryFn: async () => {
      const review = await client.create(SelfSubjectRulesReview, {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectRulesReview',
        metadata: {},
        spec: { namespace },
      });
      return review.status?.resourceRules ?? [];
    },
  });
}
