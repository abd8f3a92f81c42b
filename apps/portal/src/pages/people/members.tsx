import { Button, Code, Text, TextInput } from '@mantine/core';
import { hasReason, messageOf, type Stored } from '@slipway/api';
import { Team, User } from '@slipway/kinds';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client } from '../../api/client.ts';
import { Problem, SameCommand } from '../../ui/notice.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { Section } from '../../ui/section.tsx';
import { definitionLines, isMemberName, isOfDefinition } from './member.ts';
import { useMay } from './use-may.ts';

/** Who is in the team. Who may change it does so here, unless the definition says who is in it. */
export function Members({ team }: { team: Stored<Team> }) {
  const members = team.spec.members ?? [];
  const mayChange = useMay('update', 'slipway.dev', 'teams');
  const isFixed = isOfDefinition(team);
  const [seen, setSeen] = useState<string>();
  const changing = useMutation({
    mutationFn: (next: string[]) => change(team, next),
    onMutate: () => setSeen(team.metadata.resourceVersion),
  });
  const people = usePeople();
  const canRemove = mayChange && !isFixed;
  return (
    <Section title="Members">
      {members.length > 0 ? (
        <Rows label="Members" columns={['Member', 'Who', ...(canRemove ? ['Action'] : [])]}>
          {members.map(member => (
            <Row
              key={member}
              cells={[
                <code key="member">{member}</code>,
                people(member),
                <Button
                  key="remove"
                  size="compact-xs"
                  variant="default"
                  loading={changing.isPending}
                  aria-label={`Remove ${member}`}
                  onClick={() => changing.mutate(members.filter(each => each !== member))}
                >
                  Remove
                </Button>,
              ]}
            />
          ))}
        </Rows>
      ) : (
        <Text c="dimmed">Nobody is in this team; administrators of the platform act for it.</Text>
      )}
      {changing.error ? (
        <NotChanged reason={changing.error} isOld={seen !== team.metadata.resourceVersion} />
      ) : null}
      {canRemove ? (
        <AddMember
          team={team.metadata.name}
          members={members}
          busy={changing.isPending}
          add={member => changing.mutate([...new Set([...members, member])])}
        />
      ) : null}
      {mayChange && isFixed ? <Fixed team={team} /> : null}
    </Section>
  );
}

/** With the version that the person saw: whoever came later is told, and overwrites nothing. */
function change(team: Stored<Team>, members: string[]): Promise<unknown> {
  return client.update(Team, { ...team, spec: { ...team.spec, members } });
}

function NotChanged({ reason, isOld }: { reason: unknown; isOld: boolean }) {
  if (hasReason(reason, 'Conflict'))
    return (
      <Problem title="Somebody else changed this team at the same time">
        Nothing of yours was written. {isOld ? 'Above is the team as it is now' : 'Wait for it to show'}; look
        at it and try again.
      </Problem>
    );
  return <Problem title="The team was not changed">{messageOf(reason)}</Problem>;
}

interface AddProps {
  team: string;
  members: string[];
  busy: boolean;
  add: (member: string) => void;
}

function AddMember({ team, members, busy, add }: AddProps) {
  const [member, setMember] = useState('');
  const wrong = member !== '' && !isMemberName(member);
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!isMemberName(member)) return;
    add(member);
    setMember('');
  };
  const named = isMemberName(member) ? member : 'user:NAME';
  return (
    <>
      <form className="new-token" onSubmit={send}>
        <TextInput
          label="Add a member"
          description="user:<name> or group:<name>"
          placeholder="user:ann"
          value={member}
          error={
            wrong
              ? 'Write user:<name> or group:<name>; groups that start with system: or slipway: are reserved.'
              : null
          }
          onChange={event => setMember(event.currentTarget.value.trim())}
        />
        <Button type="submit" loading={busy} disabled={member === '' || wrong}>
          Add
        </Button>
      </form>
      <SameCommand
        command={`kubectl patch team ${team} --type=merge -p '${JSON.stringify({ spec: { members: [...members, named] } })}'`}
      />
    </>
  );
}

/** Whatever is changed here would be undone by the next `apply`. */
function Fixed({ team }: { team: Stored<Team> }) {
  return (
    <div className="fixed">
      <Text>
        The platform’s definition says who is in this team. Change these lines of platform.yaml, then run{' '}
        <code>slipway apply -f platform.yaml</code>:
      </Text>
      <Code block tabIndex={0}>
        {definitionLines(team)}
      </Code>
    </div>
  );
}

/** Who a member is. Only administrators may read people; to others a name is a name. */
function usePeople(): (member: string) => string {
  const mayRead = useMay('list', 'identity.slipway.dev', 'users');
  const { data } = useQuery({
    queryKey: ['users'],
    enabled: mayRead,
    queryFn: () => client.list(User).then(({ items }) => items),
  });
  return member => {
    const [kind = '', name = ''] = member.split(/:(.*)/);
    if (!data) return kind;
    if (kind === 'user') return described(data.find(user => user.metadata.name === name));
    const inside = data.filter(user => user.spec.groups?.includes(name)).map(user => user.metadata.name);
    return inside.length > 0 ? inside.join(', ') : 'nobody is in this group';
  };
}

function described(user: Stored<User> | undefined): string {
  if (!user) return 'there is no such user';
  const { displayName, email, disabled } = user.spec;
  return [displayName, email, disabled ? 'disabled' : ''].filter(Boolean).join(', ');
}
