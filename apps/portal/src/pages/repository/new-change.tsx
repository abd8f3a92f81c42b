import { Button, NativeSelect, Textarea, TextInput, Title } from '@mantine/core';
import type { Repository } from '@slipway/kinds';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { paths } from '../../paths.ts';
import { Problem, SameCommand } from '../../ui/notice.tsx';
import { useWriting } from '../promotion/use-writing.ts';
import { callGitea, repositoryPath } from './gitea.ts';

/** Proposes a branch: into which, and why. */
export function NewChange({ repository, head }: { repository: Repository; head: string }) {
  const { metadata, spec, status } = repository;
  const { namespace = '', name = '' } = metadata;
  const [base, setBase] = useState(spec.defaultBranch ?? 'main');
  const [title, setTitle] = useState('');
  const [body, setBody] = useState('');
  const navigate = useNavigate();
  const { busy, failure, write } = useWriting((number: number) =>
    navigate({ to: paths.change(namespace, name, number) }),
  );
  const open = async () => {
    const path = `${repositoryPath(spec)}/pulls`;
    const answer = await callGitea(path, { method: 'POST', body: { head, base, title, body } });
    return ((await answer.json()) as { number: number }).number;
  };
  const branches = Object.keys(status?.branches ?? {}).filter(branch => branch !== head);
  const words = title || 'what it does';
  return (
    <form
      className="section decide"
      aria-label="Open a change"
      onSubmit={event => {
        event.preventDefault();
        write(open);
      }}
    >
      <Title order={2} size="h4">
        Open a change from {head}
      </Title>
      <NativeSelect
        label="Into"
        data={branches}
        value={base}
        onChange={event => setBase(event.currentTarget.value)}
      />
      <TextInput
        label="Title"
        required
        maxLength={255}
        value={title}
        onChange={event => setTitle(event.currentTarget.value)}
      />
      <Textarea
        label="Why"
        description="Markdown"
        rows={3}
        resize="vertical"
        maxLength={65_536}
        value={body}
        onChange={event => setBody(event.currentTarget.value)}
      />
      <div>
        <Button type="submit" loading={busy}>
          Open the change
        </Button>
      </div>
      {failure ? <Problem title="The change was not opened">{failure}</Problem> : null}
      <SameCommand
        command={`slipway change create ${spec.owner}/${spec.name} --head ${head} --base ${base} --title '${words.replaceAll("'", "'\\''")}'`}
      />
    </form>
  );
}
