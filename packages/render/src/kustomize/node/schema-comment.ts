import type { Source } from '../../yaml/read/source.ts';

/** A comment that kustomize takes for the schema of the list or map beside it (kyaml's `fieldmeta`). */
export interface SchemaComment {
  /** From 1. */
  line: number;
  text: string;
  /** It may make lists merge that otherwise would not; any other makes merging forget what it knows. */
  tellsStrategy: boolean;
}

/** The first such comment of a text that was read; none for those beside scalars, which have no schema to merge by. */
export function schemaComment({ text, jsonComments }: Source): SchemaComment | undefined {
  for (const start of jsonComments) {
    const end = text.indexOf('\n', start);
    const comment = text.slice(start, end < 0 ? text.length : end).trim();
    if (!isObject(comment.replace(/^#+/, ''))) continue;
    if (isBesideScalar(text, start)) continue;
    const line = text.slice(0, start).split('\n').length;
    return { line, text: comment, tellsStrategy: /"(?:\$ref|x-kubernetes-patch-strategy)"/.test(comment) };
  }
  return undefined;
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  } catch {
    return false;
  }
}

/** A comment at the end of a line is of what ends there, one that stands alone is of what follows. */
function isBesideScalar(text: string, start: number): boolean {
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start).trim();
  if (before !== '') return !/(?:[:?\]}]|(?:^|\s)-|(?:^|\s)[&!]\S*)$/.test(before);
  const next = text
    .slice(start)
    .split('\n')
    .map(line => line.trim())
    .find(line => line !== '' && !line.startsWith('#'));
  return (
    next === undefined || /^[^\s\-{[][^#]*?:\s+[^\s#&!*{[]/.test(next) || /^-\s+[^\s:#&!*{[]+$/.test(next)
  );
}
