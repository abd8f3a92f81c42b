import type { AnyObject } from '@slipway/api';
import type { DifferentText } from '@slipway/kinds';
import { parseYaml, type SourceReader } from '@slipway/render';
import { dump } from 'js-yaml';
import type { GitCommit } from '../workload/git-server.ts';
import { unifiedDiff } from './unified-diff.ts';

const MOST_TEXTS = 60;
/** Of all texts together: they stand in one object. */
const MOST_CHARACTERS = 200_000;

/** The texts that differ, by name. That a Secret differs is said, what it holds is not. Pure. */
export function differentTexts(before: Map<string, string>, after: Map<string, string>): DifferentText[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  const differing = names.filter(name => before.get(name) !== after.get(name));
  let room = MOST_CHARACTERS;
  return differing.slice(0, MOST_TEXTS).map(name => {
    const [a, b] = [before.get(name), after.get(name)];
    const diff = room > 0 ? differenceOf(a, b) : '(left out: the difference is too long)\n';
    room -= diff.length;
    return { name, change: a === undefined ? 'added' : b === undefined ? 'removed' : 'changed', diff };
  });
}

function differenceOf(before: string | undefined, after: string | undefined): string {
  const isSecret = (text = '') => /\bkind["']?\s*:\s*["']?Secret\b/.test(text);
  if (isSecret(before) || isSecret(after)) return '(it holds a Secret, which is not shown)\n';
  return unifiedDiff(before, after);
}

/** Each object as YAML, by `Kind/name`. Pure. */
export function objectTexts(objects: AnyObject[]): Map<string, string> {
  return new Map(
    objects.map(object => [`${object.kind}/${object.metadata?.name ?? ''}`, dump(object, { lineWidth: -1 })]),
  );
}

/** Objects of an environment's file; those of one that a hand broke are none. Pure. */
export function objectsIn(text: string | undefined, file: string): AnyObject[] {
  if (text === undefined) return [];
  try {
    return parseYaml(text, file).flatMap(({ value }) => (value ? [value as AnyObject] : []));
  } catch {
    return [];
  }
}

/** Commits on the way from one revision to the other, out of the newest of each; `backwards`: they are left behind. Pure. */
export function commitsBetween(
  revisions: { before?: string; after: string },
  newest: { before: GitCommit[]; after: GitCommit[] },
): { commits: GitCommit[]; backwards: boolean; more: boolean } {
  const { before, after } = revisions;
  const upTo = (list: GitCommit[], id: string | undefined) => list.findIndex(commit => commit.id === id);
  const back = upTo(newest.before, after);
  if (back > 0) return { commits: newest.before.slice(0, back), backwards: true, more: false };
  const forth = upTo(newest.after, before);
  const commits = forth < 0 ? newest.after : newest.after.slice(0, forth);
  return { commits, backwards: false, more: forth < 0 && before !== undefined };
}

/** Where a repository's configuration stands. */
const CONFIGURATION = ['deploy', 'manifests', 'k8s', 'kubernetes', '.slipway'];
const SINGLE_FILES = ['Dockerfile'];
const MOST_FILES = 100;
const DEEPEST = 4;

/** The files of a revision that say how it is built and run, by path. */
export async function configurationOf(reader: SourceReader): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const decoder = new TextDecoder();
  const take = async (path: string) => {
    const data = files.size < MOST_FILES ? await reader.read(path) : undefined;
    if (data) files.set(path, decoder.decode(data));
  };
  const walk = async (path: string, depth: number): Promise<void> => {
    for (const { name, type } of (await reader.list(path)) ?? []) {
      const below = `${path}/${name}`;
      if (type === 'file') await take(below);
      if (type === 'folder' && depth < DEEPEST) await walk(below, depth + 1);
    }
  };
  const root = (await reader.list('')) ?? [];
  for (const { name, type } of root) {
    if (type === 'folder' && CONFIGURATION.includes(name)) await walk(name, 1);
    if (type === 'file' && SINGLE_FILES.includes(name)) await take(name);
  }
  return files;
}
