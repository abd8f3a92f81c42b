import type { ChangeReview, LineComment } from '@slipway/kinds';
import type { DiffFile, DiffLine } from './diff-text.ts';

/** What somebody said of a line. */
export interface Remark {
  comment: LineComment;
  review: ChangeReview;
}

/** Remarks by the place they stand at now; `unplaced` are of lines that are not there any more. */
export interface PlacedRemarks {
  at: Map<string, Remark[]>;
  unplaced: Remark[];
}

export function placeKey(path: string, side: LineComment['side'], line: number): string {
  return `${side} ${line} ${path}`;
}

export function remarksOf(reviews: ChangeReview[]): Remark[] {
  return reviews.flatMap(review => (review.comments ?? []).map(comment => ({ comment, review })));
}

/** A line keeps its remarks when the change moves on: where it stood, else where the same text stands once. */
export function placeRemarks(files: DiffFile[], reviews: ChangeReview[], head: string): PlacedRemarks {
  const placed: PlacedRemarks = { at: new Map(), unplaced: [] };
  for (const remark of remarksOf(reviews)) {
    const { path, side } = remark.comment;
    const line = lineOf(remark, files.find(file => file.path === path)?.lines ?? [], head);
    if (line === undefined) {
      placed.unplaced.push(remark);
      continue;
    }
    const key = placeKey(path, side, line);
    placed.at.set(key, [...(placed.at.get(key) ?? []), remark]);
  }
  return placed;
}

function lineOf({ comment, review }: Remark, lines: DiffLine[], head: string): number | undefined {
  const { side, line, hunk } = comment;
  const own = lines.filter(each => each[side] !== undefined);
  const there = own.find(each => each[side] === line);
  const text = hunk.slice(hunk.lastIndexOf('\n') + 2);
  if (there && (review.revision === head || there.text === text)) return line;
  const same = own.filter(each => each.text === text);
  return same.length === 1 ? same[0]?.[side] : undefined;
}
