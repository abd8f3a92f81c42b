import type { LineComment } from '@slipway/kinds';
import { Fragment, type ReactNode } from 'react';
import { type DiffLine, sideBySide } from './diff-text.ts';

const TONES: Record<string, string> = { '+': 'added', '-': 'removed', '@': 'place' };

export type LinePlace = Pick<LineComment, 'side' | 'line'>;

interface Rows {
  lines: DiffLine[];
  /** What stands below a line: remarks, or the form for one. */
  below?: (line: DiffLine) => ReactNode;
  /** Absent: lines cannot be picked. */
  pick?: ((place: LinePlace) => void) | undefined;
}

/** Where a remark on a line belongs: to the file as it becomes, unless the line goes. */
export function placeOf(line: DiffLine): LinePlace {
  return line.new === undefined ? { side: 'old', line: line.old ?? 1 } : { side: 'new', line: line.new };
}

/** Both versions below each other. */
export function Inline({ lines, below, pick }: Rows) {
  return lines.map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: lines repeat, and a difference never changes in place
    <Fragment key={index}>
      <tr data-tone={TONES[line.sign]}>
        <LineNumber line={line} side="old" pick={pick} />
        <LineNumber line={line} side="new" pick={pick} />
        <td className="text">{line.sign === '@' ? line.text : `${line.sign} ${line.text}`}</td>
      </tr>
      {below?.(line)}
    </Fragment>
  ));
}

/** Both versions beside each other. */
export function Split({ lines, below, pick }: Rows) {
  return sideBySide(lines).map(({ left, right, at }, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: lines repeat, and a difference never changes in place
    <Fragment key={index}>
      <tr data-tone={at === undefined ? undefined : 'place'}>
        {at === undefined ? (
          <>
            <Side line={left} side="old" pick={pick} />
            <Side line={right} side="new" pick={pick} />
          </>
        ) : (
          <td colSpan={4} className="text">
            {at}
          </td>
        )}
      </tr>
      {left && left !== right ? below?.(left) : null}
      {right ? below?.(right) : null}
    </Fragment>
  ));
}

interface Cell {
  line: DiffLine | undefined;
  side: LineComment['side'];
  pick?: Rows['pick'];
}

function Side({ line, side, pick }: Cell) {
  return (
    <>
      <LineNumber line={line} side={side} pick={pick} />
      <td className="text half" data-tone={TONES[line?.sign ?? '']}>
        {line ? `${line.sign} ${line.text}` : ''}
      </td>
    </>
  );
}

/** By mouse a line is picked here; by keyboard with the button below the file, so that Tab does not stop at each line. */
function LineNumber({ line, side, pick }: Cell) {
  const number = line?.[side];
  if (number === undefined || !pick) return <td className="number">{number}</td>;
  return (
    <td className="number">
      <button
        type="button"
        tabIndex={-1}
        title={`Comment on line ${number}`}
        onClick={() => pick({ side, line: number })}
      >
        {number}
      </button>
    </td>
  );
}
