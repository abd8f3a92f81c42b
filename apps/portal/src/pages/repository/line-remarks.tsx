import { Button, NativeSelect, NumberInput, Text, Textarea } from '@mantine/core';
import type { ChangeRequest, LineComment, Repository } from '@slipway/kinds';
import { useState } from 'react';
import { Markdown } from '../../ui/markdown.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Problem, SameCommand } from '../../ui/notice.tsx';
import { useWriting } from '../promotion/use-writing.ts';
import { shortName } from './change-state.tsx';
import type { DiffLine } from './diff-text.ts';
import type { LinePlace } from './difference.tsx';
import { callGitea, repositoryPath } from './gitea.ts';
import { placeKey, type Remark } from './place-remarks.ts';

/** What was said of one line, as a row below it; also where something is about to be said. */
export function LineRemarks({
  path,
  line,
  remarks,
  isPicked,
}: {
  path: string;
  line: DiffLine;
  remarks: Map<string, Remark[]>;
  isPicked: boolean;
}) {
  const at = (side: LineComment['side']) => {
    const number = line[side];
    return number === undefined ? [] : (remarks.get(placeKey(path, side, number)) ?? []);
  };
  const said = [...at('old'), ...at('new')];
  if (said.length === 0 && !isPicked) return null;
  return (
    <tr className="remarks">
      <td colSpan={4}>
        {said.map(({ comment, review }) => (
          <article key={comment.id} className="remark" aria-label={`Remark on line ${comment.line}`}>
            <Text size="sm">
              {shortName(review.reviewer)} <Moment time={review.submittedAt} />
            </Text>
            <Markdown text={comment.body} level={4} />
          </article>
        ))}
        {isPicked ? <Text size="sm">Your remark goes here.</Text> : null}
      </td>
    </tr>
  );
}

interface FormProps {
  repository: Repository;
  change: ChangeRequest;
  path: string;
  place: LinePlace;
  setPlace: (place: LinePlace | undefined) => void;
}

const SIDES = [
  { value: 'new', label: 'as the change makes it' },
  { value: 'old', label: 'as it was before' },
];

/** One remark; it is given at once, as a review that only comments. */
export function RemarkForm({ repository, change, path, place, setPlace }: FormProps) {
  const [body, setBody] = useState('');
  const { busy, failure, write } = useWriting(() => setPlace(undefined));
  const { side, line } = place;
  const { owner, name } = repository.spec;
  const give = () =>
    callGitea(`${repositoryPath(repository.spec)}/pulls/${change.spec.number}/reviews`, {
      method: 'POST',
      body: {
        event: 'COMMENT',
        commit_id: change.status?.headRevision,
        comments: [{ path, body, [`${side}_position`]: line }],
      },
    });
  return (
    <form
      className="decide remark"
      aria-label={`Comment on ${path}`}
      onSubmit={event => {
        event.preventDefault();
        write(give);
      }}
    >
      <div className="facts">
        <NumberInput
          label="Line"
          min={1}
          w="6rem"
          value={line}
          onChange={value => typeof value === 'number' && setPlace({ side, line: value })}
        />
        <NativeSelect
          label="Of the file"
          data={SIDES}
          value={side}
          onChange={event => setPlace({ line, side: event.currentTarget.value === 'old' ? 'old' : 'new' })}
        />
      </div>
      <Textarea
        label="Remark"
        description="Markdown"
        rows={2}
        resize="vertical"
        maxLength={16_384}
        autoFocus
        value={body}
        onChange={event => setBody(event.currentTarget.value)}
      />
      <div className="facts">
        <Button type="submit" loading={busy} disabled={!body.trim()}>
          Give the remark
        </Button>
        <Button variant="default" onClick={() => setPlace(undefined)}>
          Cancel
        </Button>
      </div>
      {failure ? <Problem title="The remark was not given">{failure}</Problem> : null}
      <SameCommand
        command={`slipway change comment ${owner}/${name} ${change.spec.number} --file ${path} --line ${line}${side === 'old' ? ' --before' : ''} --body '…'`}
      />
    </form>
  );
}
