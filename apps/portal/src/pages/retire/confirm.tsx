import { Button, Checkbox, TextInput } from '@mantine/core';
import type { Stored } from '@slipway/api';
import type { KeepablePart, Retirement } from '@slipway/kinds';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { paths } from '../../paths.ts';
import { Problem } from '../../ui/notice.tsx';
import { useWriting } from '../promotion/use-writing.ts';
import './retire.css';
import { confirmRetirement, dropList, keepParts } from './write.ts';

const PARTS: { part: KeepablePart; label: string; description: string }[] = [
  {
    part: 'repository',
    label: 'Repository',
    description: 'Source with its history, changes and catalog entries',
  },
  { part: 'images', label: 'Images', description: 'What was built, in the registry' },
  { part: 'data', label: 'Data', description: 'Volumes that its pods wrote to' },
];

/** What to keep, the name once more, and the way back. */
export function Confirm({ retirement }: { retirement: Stored<Retirement> }) {
  const { workload, keep = [] } = retirement.spec;
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<KeepablePart[]>(keep);
  const navigate = useNavigate();
  const keeping = useWriting(() => {});
  const confirming = useWriting(() => {});
  const leaving = useWriting(() =>
    navigate({ to: paths.service(retirement.metadata.namespace ?? '', workload) }),
  );
  // A choice shows in the list first; only what was seen can be confirmed.
  const isCurrent =
    retirement.status?.observedGeneration === retirement.metadata.generation &&
    PARTS.every(({ part }) => chosen.includes(part) === keep.includes(part));
  const choose = (part: KeepablePart, on: boolean) => {
    const next = on ? [...chosen, part] : chosen.filter(each => each !== part);
    setChosen(next);
    keeping.write(() => keepParts(retirement, next));
  };
  const failure = keeping.failure ?? confirming.failure ?? leaving.failure;
  return (
    <form
      className="retire"
      onSubmit={event => {
        event.preventDefault();
        if (typed === workload && isCurrent) confirming.write(() => confirmRetirement(retirement));
      }}
    >
      <fieldset>
        <legend>Keep</legend>
        {PARTS.map(({ part, label, description }) => (
          <Checkbox
            key={part}
            label={label}
            description={description}
            checked={chosen.includes(part)}
            onChange={event => choose(part, event.currentTarget.checked)}
          />
        ))}
      </fieldset>
      <TextInput
        label={`Type ${workload} to confirm`}
        description="What is removed does not come back."
        value={typed}
        autoComplete="off"
        spellCheck={false}
        onChange={event => setTyped(event.currentTarget.value)}
      />
      <div className="facts">
        <Button
          type="submit"
          color="red"
          loading={confirming.busy}
          disabled={typed !== workload || !isCurrent}
        >
          Retire {workload}
        </Button>
        <Button
          variant="default"
          loading={leaving.busy}
          onClick={() => leaving.write(() => dropList(retirement))}
        >
          Leave it as it is
        </Button>
      </div>
      {failure ? <Problem title="That was not done">{failure}</Problem> : null}
    </form>
  );
}
