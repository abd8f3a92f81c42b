import { Text } from '@mantine/core';
import type { Stored } from '@slipway/api';
import { Team, Workload } from '@slipway/kinds';
import { Link, useParams } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import { paths } from '../../paths.ts';
import { Health } from '../../ui/health.tsx';
import { Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { Section } from '../../ui/section.tsx';
import { ShowYaml } from '../../ui/show-yaml.tsx';
import { Members } from './members.tsx';
import { TeamHealth } from './team-health.tsx';
import { TeamRights } from './team-rights.tsx';
import './people.css';

/** One team: who is in it, what it runs, what it may do. */
export function TeamPage() {
  const { name } = useParams({ strict: false }) as { name: string };
  const { items, error } = useLive(Team, { name });
  const team = items?.[0];
  if (error) return <Problem title="The team could not be read">{error}</Problem>;
  if (!items) return <Waiting what="reading the team" />;
  if (!team)
    return (
      <Problem title={`There is no team ${name}`}>
        <Link to={paths.teams()}>These there are.</Link>
      </Problem>
    );
  return (
    <>
      <PageTitle beside={<TeamHealth team={team} />}>{name}</PageTitle>
      <Members key={team.metadata.uid} team={team} />
      <Services team={team} />
      <TeamRights team={team} />
      <SameCommand command={`slipway team show ${name}`} />
      <ShowYaml object={team} />
    </>
  );
}

function Services({ team }: { team: Stored<Team> }) {
  const namespace = `team-${team.metadata.name}`;
  const { items, error } = useLive(Workload, { namespace });
  return (
    <Section title="Services">
      {error ? <Text c="dimmed">Only members see the team’s services.</Text> : null}
      {items?.length === 0 ? <Text c="dimmed">It has no services yet.</Text> : null}
      {items?.length ? (
        <Rows label="Services" columns={['Service', 'Environments', 'Pipeline']}>
          {items.map(({ metadata, status }) => (
            <Row
              key={metadata.uid}
              cells={[
                <Link key="name" to={paths.service(namespace, metadata.name)}>
                  {metadata.name}
                </Link>,
                <div key="environments" className="facts">
                  {status?.environments?.map(({ name, health, image }) => (
                    <span key={name} className="facts">
                      {name} <Health word={image ? (health ?? 'Progressing') : 'Missing'} />
                    </span>
                  ))}
                </div>,
                <Health key="pipeline" word={status?.pipeline?.phase ?? 'Pending'} />,
              ]}
            />
          ))}
        </Rows>
      ) : null}
    </Section>
  );
}
