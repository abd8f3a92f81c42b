import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { PlatformDocument } from './document.ts';

/** A definition with a name that others start from. */
export interface Blueprint {
  id: string;
  /** One sentence: the comment at the head of its file. */
  purpose: string;
  document: PlatformDocument;
}

/** What a definition starts from when it names none. */
export const DEFAULT_BLUEPRINT = 'golden-path';

/** Blueprints of this version; each is one file, and each is tested: by starting it, or by its plan for a cluster. */
const FILES = [
  { id: 'minimal', file: new URL('../blueprints/minimal.yaml', import.meta.url) },
  { id: DEFAULT_BLUEPRINT, file: new URL('../blueprints/golden-path.yaml', import.meta.url) },
  { id: 'edge', file: new URL('../blueprints/edge.yaml', import.meta.url) },
  { id: 'cnoe-reference', file: new URL('../blueprints/cnoe-reference.yaml', import.meta.url) },
  { id: 'cnoe-aws', file: new URL('../blueprints/cnoe-aws.yaml', import.meta.url) },
  { id: 'data', file: new URL('../blueprints/data.yaml', import.meta.url) },
  { id: 'regulated', file: new URL('../blueprints/regulated.yaml', import.meta.url) },
];

let read: Blueprint[] | undefined;

/** All blueprints, those that need no cluster first. Shipped with the program: read once, and checked by its tests only. */
export function blueprints(): Blueprint[] {
  read ??= FILES.map(({ id, file }) => {
    const text = readFileSync(file, 'utf8');
    const purpose = /^# (.*)$/m.exec(text)?.[1] ?? '';
    return { id, purpose, document: parse(text) as PlatformDocument };
  });
  return read;
}
