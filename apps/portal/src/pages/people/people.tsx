import { Button } from '@mantine/core';
import { messageOf, type Stored } from '@slipway/api';
import { Group, Team, User } from '@slipway/kinds';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { client } from '../../api/client.ts';
import { useLive } from '../../api/live.ts';
import { isIn } from '../../api/membership.ts';
import { paths } from '../../paths.ts';
import { Moment } from '../../ui/moment.tsx';
import { Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { Section } from '../../ui/section.tsx';

/** Everybody who may sign in, for administrators of the platform. */
export function PeoplePage() {
  const { items, error } = useLive(User);
  const teams = useLive(Team).items ?? [];
  const switching = useMutation({
    mutationFn: ({ name, disabled }: { name: string; disabled: boolean }) =>
      client.patch(User, { name }, { type: 'merge', body: { spec: { disabled } } }),
  });
  const sorted = items?.toSorted((a, b) => a.metadata.name.localeCompare(b.metadata.name)) ?? [];
  return (
    <>
      <PageTitle>People</PageTitle>
      {error ? (
        <Problem title="You may not see everybody">
          It takes the right to list users.identity.slipway.dev: {error}. Your own place is{' '}
          <Link to={paths.me()}>here</Link>.
        </Problem>
      ) : null}
      {items || error ? null : <Waiting what="reading people" />}
      {switching.error ? <Problem title="Nothing was changed">{messageOf(switching.error)}</Problem> : null}
      {items ? (
        <Rows label="People" columns={['Name', 'Who', 'Groups', 'Teams', 'State', 'Signed in', 'Action']}>
          {sorted.map(user => (
            <Row
              key={user.metadata.uid}
              cells={[
                ...cellsOf(user, teams),
                <Switch
                  key="action"
                  user={user}
                  busy={switching.isPending && switching.variables?.name === user.metadata.name}
                  change={disabled => switching.mutate({ name: user.metadata.name, disabled })}
                />,
              ]}
            />
          ))}
        </Rows>
      ) : null}
      <SameCommand command="slipway user create NAME --group GROUP" />
      {items ? <Groups users={sorted} /> : null}
    </>
  );
}

function cellsOf(user: Stored<User>, teams: Stored<Team>[]) {
  const { metadata, spec, status } = user;
  return [
    metadata.name,
    [spec.displayName, spec.email].filter(Boolean).join(', '),
    spec.groups?.join(', '),
    teams
      .filter(team => isIn(team, { name: metadata.name, groups: spec.groups ?? [] }))
      .map(team => team.metadata.name)
      .join(', '),
    stateOf(user),
    status?.lastSignIn ? <Moment key="seen" time={status.lastSignIn} /> : 'never',
  ];
}

/** Why somebody may not sign in, if they may not. */
function stateOf({ spec, status }: Stored<User>): string {
  if (spec.disabled) return 'disabled';
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return ready?.status === 'False' ? (ready.message ?? 'refused') : 'active';
}

interface SwitchProps {
  user: Stored<User>;
  busy: boolean;
  change: (disabled: boolean) => void;
}

function Switch({ user: { metadata, spec }, busy, change }: SwitchProps) {
  const word = spec.disabled ? 'Enable' : 'Disable';
  return (
    <Button
      size="compact-xs"
      variant="default"
      loading={busy}
      aria-label={`${word} ${metadata.name}`}
      onClick={() => change(!spec.disabled)}
    >
      {word}
    </Button>
  );
}

/** Groups are made by naming them; an object only gives one a description. */
function Groups({ users }: { users: Stored<User>[] }) {
  const described = useLive(Group).items ?? [];
  const named = users.flatMap(({ spec }) => spec.groups ?? []);
  const names = [...new Set([...described.map(({ metadata }) => metadata.name), ...named])].sort();
  return (
    <Section title="Groups">
      <Rows label="Groups" columns={['Group', 'What it is', 'Members']}>
        {names.map(name => (
          <Row
            key={name}
            cells={[
              name,
              described.find(({ metadata }) => metadata.name === name)?.spec.displayName,
              users
                .filter(({ spec }) => spec.groups?.includes(name))
                .map(({ metadata }) => metadata.name)
                .join(', '),
            ]}
          />
        ))}
      </Rows>
    </Section>
  );
}
