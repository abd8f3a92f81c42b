import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useEntries } from './entries.ts';
import { type Entry, ranked } from './ranked.ts';
import './palette.css';

/** Everything by typing a few letters of its name: a dialog with a box to type in and a list to choose from. */
export default function Palette({ close }: { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  const found = ranked(useEntries(typed), typed);
  const navigate = useNavigate();
  const list = useId();
  useEffect(() => dialog.current?.showModal(), []);
  const take = (entry: Entry | undefined) => {
    if (!entry) return;
    close();
    entry.act?.();
    if (entry.to !== undefined) void navigate({ to: entry.to });
  };
  const steer = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) setChosen((chosen + step + found.length) % found.length);
    if (event.key === 'Enter') take(found[chosen]);
    if (step !== undefined || event.key === 'Enter') event.preventDefault();
  };
  return (
    <dialog ref={dialog} className="palette" aria-label="Go to" onClose={close} closedby="any">
      <input
        // A dialog that one opens to type into has its focus there.
        autoFocus
        type="text"
        role="combobox"
        aria-label="Page, service, entity, repository or action"
        aria-expanded
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={found[chosen] ? `${list}-${chosen}` : undefined}
        placeholder="Page, service, entity, repository or action"
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onKeyDown={steer}
        onChange={event => {
          setTyped(event.currentTarget.value);
          setChosen(0);
        }}
      />
      <Found id={list} found={found} chosen={chosen} take={take} />
      <p role="status">{found.length === 0 ? 'Nothing has this name' : `${found.length} found`}</p>
    </dialog>
  );
}

interface FoundProps {
  id: string;
  found: Entry[];
  chosen: number;
  take: (entry: Entry) => void;
}

function Found({ id, found, chosen, take }: FoundProps) {
  useEffect(() => {
    document.getElementById(`${id}-${chosen}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, chosen]);
  return (
    <div id={id} role="listbox" aria-label="Found">
      {found.map((entry, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the box's, as above
        // biome-ignore lint/a11y/useFocusableInteractive: the box keeps the focus and names the chosen option (ARIA combobox)
        <div
          key={entry.id}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === chosen}
          onClick={() => take(entry)}
        >
          <span>{entry.label}</span>
          <span>{entry.kind}</span>
        </div>
      ))}
    </div>
  );
}
