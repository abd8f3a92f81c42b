import { plainKind } from '../../yaml/plain-words.ts';

const TAGS = {
  text: '!!str',
  null: '!!null',
  bool: '!!bool',
  int: '!!int',
  float: '!!float',
  timestamp: '!!timestamp',
} as const;

const CERTAINLY_TEXT = /^[A-EG-MP-SU-Za-eg-mp-su-z/]/;

/** The tag go-yaml 3 gives a plain scalar without one (`resolve.go`). */
export function resolveTag(value: string): string {
  if (value === '<<') return '!!merge';
  if (CERTAINLY_TEXT.test(value)) return '!!str';
  return TAGS[plainKind(value, '1.2')];
}
