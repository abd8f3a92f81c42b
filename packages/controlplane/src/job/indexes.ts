import type { Pod } from '@slipway/kinds';

const INDEX = 'batch.kubernetes.io/job-completion-index';

/** The index a pod of an Indexed Job works on. */
export function indexOf(pod: Pod): number | undefined {
  const text = pod.metadata.annotations?.[INDEX];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** `1,3-5` as numbers. */
export function parseIndexes(text: string | undefined): Set<number> {
  const indexes = new Set<number>();
  for (const part of (text ?? '').split(',')) {
    const [first, last = first] = part.split('-').map(Number);
    if (part === '' || first === undefined || last === undefined) continue;
    for (let index = first; index <= last; index++) indexes.add(index);
  }
  return indexes;
}

/** Numbers as `1,3-5`, as the status of an Indexed Job has them: runs of three or more are joined by a dash. */
export function indexesText(indexes: Iterable<number>): string {
  const sorted = [...indexes].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let i = 0; i < sorted.length; ) {
    let end = i;
    while (sorted[end + 1] === (sorted[end] ?? 0) + 1) end++;
    const [first, last] = [sorted[i], sorted[end]];
    parts.push(...(end - i >= 2 ? [`${first}-${last}`] : sorted.slice(i, end + 1).map(String)));
    i = end + 1;
  }
  return parts.join(',');
}
