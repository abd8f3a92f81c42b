import { Button, NativeSelect, NumberInput, Text, TextInput } from '@mantine/core';
import { hasReason, messageOf } from '@slipway/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { dropDraft, keepDraft, readDraft } from '../../forms/draft.ts';
import { paths } from '../../paths.ts';
import { Moment } from '../../ui/moment.tsx';
import { Copyable, Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { Section } from '../../ui/section.tsx';
import { makeToken, readTokens, revokeToken } from './account.ts';
import { useAccount } from './use-account.ts';

const DRAFT = 'slipway.token';

/** My tokens for scripts: what there is, a new one, an end to one. */
export function Tokens() {
  const { data, error } = useAccount('tokens', readTokens);
  const queries = useQueryClient();
  const again = () => queries.invalidateQueries({ queryKey: ['account', 'tokens'] });
  const revoking = useMutation({ mutationFn: revokeToken, onSettled: again });
  return (
    <Section title="Tokens">
      <Text mb="sm">
        For scripts, git, kubectl and registry clients that cannot sign in. Each acts as you, with all that
        you may do, or with the part of it that you choose.
      </Text>
      {error ? <Problem title="Your tokens could not be read">{messageOf(error)}</Problem> : null}
      {data || error ? null : <Waiting what="reading your tokens" />}
      {data?.length ? (
        <Rows label="Tokens" columns={['For', 'Name', 'May', 'Made', 'Last used', 'Ends', 'Action']}>
          {data.map(({ metadata, spec, status }) => (
            <Row
              key={metadata.name}
              cells={[
                spec.description ?? '',
                <code key="name">{metadata.name}</code>,
                spec.scopes?.join(', ') || 'everything',
                <Moment key="made" time={metadata.creationTimestamp} />,
                status?.lastUsed ? <Moment key="used" time={status.lastUsed} /> : 'never',
                <Ends key="ends" time={spec.expiresAt} />,
                <Button
                  key="revoke"
                  size="compact-xs"
                  variant="default"
                  loading={revoking.isPending && revoking.variables === metadata.name}
                  aria-label={`Revoke ${spec.description ?? metadata.name}`}
                  onClick={() => revoking.mutate(metadata.name)}
                >
                  Revoke
                </Button>,
              ]}
            />
          ))}
        </Rows>
      ) : null}
      {data?.length === 0 ? <Text c="dimmed">You have no tokens.</Text> : null}
      {revoking.error ? (
        <Problem title="The token was not revoked">{messageOf(revoking.error)}</Problem>
      ) : null}
      <NewToken made={again} />
    </Section>
  );
}

function Ends({ time }: { time: string }) {
  return Date.parse(time) > Date.now() ? <Moment time={time} /> : 'has ended';
}

/** The usual limits; the terminal takes several at once. */
const SCOPES = [
  { value: '', label: 'All that I may do' },
  { value: 'read:repository', label: 'Read repositories' },
  { value: 'write:repository', label: 'Read and change repositories' },
  { value: 'read:package', label: 'Pull images' },
  { value: 'write:package', label: 'Pull and push images' },
];

/** The new token stands here until the page is left or it is put away; then nobody can show it again. */
function NewToken({ made }: { made: () => void }) {
  const draft = readDraft(DRAFT).values;
  const [description, setDescription] = useState(String(draft.description ?? ''));
  const [days, setDays] = useState<number | string>(Number(draft.days ?? 30));
  const [scope, setScope] = useState(String(draft.scope ?? ''));
  const making = useMutation({
    mutationFn: makeToken,
    gcTime: 0,
    onSuccess: () => {
      dropDraft(DRAFT);
      setDescription('');
      made();
    },
  });
  useEffect(
    () => keepDraft(DRAFT, { values: { description, days, scope }, page: 0 }),
    [description, days, scope],
  );
  const send = (event: FormEvent) => {
    event.preventDefault();
    making.mutate({ description, days: Number(days), scopes: scope ? [scope] : [] });
  };
  if (making.data) return <Shown token={making.data.token} putAway={making.reset} />;
  return (
    <>
      <form className="new-token" onSubmit={send}>
        <TextInput
          label="What is it for?"
          placeholder="nightly job"
          required
          maxLength={200}
          value={description}
          onChange={event => setDescription(event.currentTarget.value)}
        />
        <NumberInput
          label="Days it lives"
          required
          min={1}
          max={366}
          allowDecimal={false}
          hideControls
          value={days}
          onChange={setDays}
        />
        <NativeSelect
          label="What it may do"
          data={SCOPES}
          value={scope}
          onChange={event => setScope(event.currentTarget.value)}
        />
        <Button type="submit" loading={making.isPending}>
          Make a token
        </Button>
      </form>
      {making.error ? <NotMade reason={making.error} /> : null}
      <SameCommand
        command={`slipway token create --description ${quoted(description)} --days ${days}${scope ? ` --scope ${scope}` : ''}`}
      />
    </>
  );
}

function NotMade({ reason }: { reason: unknown }) {
  if (hasReason(reason, 'Unauthorized'))
    return (
      <Problem title="Your session has ended">
        No token was made. <a href={paths.signIn(paths.me())}>Sign in again</a>; what you typed is kept in
        this tab.
      </Problem>
    );
  return <Problem title="No token was made">{messageOf(reason)}</Problem>;
}

function Shown({ token, putAway }: { token: string; putAway: () => void }) {
  return (
    <div className="shown-token" role="status">
      <Text fw={600}>Copy your token now</Text>
      <Text>It is shown this once and kept nowhere. Whoever has it acts as you.</Text>
      <Copyable label="Token" text={token} />
      <Button variant="default" size="xs" onClick={putAway}>
        I have it
      </Button>
    </div>
  );
}

function quoted(text: string): string {
  return `'${(text.trim() || 'nightly job').replaceAll("'", `'\\''`)}'`;
}
