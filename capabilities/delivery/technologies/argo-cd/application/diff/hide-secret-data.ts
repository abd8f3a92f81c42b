import type { AnyObject } from '@slipway/api';
import { type Fields, field, isFields, setField } from './fields.ts';
import { normalizeSecret } from './normalize.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const MASK = '++++++++';

export interface SecretPair {
  target: AnyObject | undefined;
  live: AnyObject | undefined;
}

/**
 * A Secret for people's eyes: every value becomes plus signs, equal ones the same number, so that one still sees what
 * differs. Annotations that `resource.sensitive.mask.annotations` names are masked too (gitops-engine, HideSecretData).
 */
export function hideSecretData({ target, live }: SecretPair, maskedAnnotations: string[] = []): SecretPair {
  const copies = [target, live].map(each => each && structuredClone(each));
  const applied = copies.map(each => each && lastAppliedOf(each));
  const all = [...copies, ...applied.map(each => (each === 'invalid' ? undefined : each))];
  for (const each of all) if (each) normalizeSecret(each);
  for (const name of namesOf(all, ['data'])) mask(all, ['data'], name);
  for (const name of maskedAnnotations) mask(all, ['metadata', 'annotations'], name);
  for (const [index, copy] of copies.entries()) {
    const before = applied[index];
    if (!copy || before === undefined) continue;
    const isHidden = before === 'invalid' || maskedAnnotations.includes(LAST_APPLIED);
    const text = isHidden ? MASK : JSON.stringify(before);
    copy.metadata.annotations = { ...copy.metadata.annotations, [LAST_APPLIED]: text };
  }
  return { target: copies[0], live: copies[1] };
}

function lastAppliedOf(object: AnyObject): AnyObject | 'invalid' | undefined {
  const text = object.metadata.annotations?.[LAST_APPLIED];
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) && isFields(value.metadata) ? (value as unknown as AnyObject) : 'invalid';
  } catch {
    return 'invalid';
  }
}

function namesOf(objects: (AnyObject | undefined)[], path: string[]): Set<string> {
  return new Set(objects.flatMap(object => Object.keys(fieldsAt(object, path) ?? {})));
}

function fieldsAt(object: AnyObject | undefined, path: string[]): Fields | undefined {
  let at: unknown = object;
  for (const name of path) at = isFields(at) ? field(at, name) : undefined;
  return isFields(at) ? at : undefined;
}

/** One name in all objects: the first value gets eight plus signs, each other one four more. */
function mask(objects: (AnyObject | undefined)[], path: string[], name: string): void {
  const masks = new Map<string, string>();
  for (const object of objects) {
    const fields = fieldsAt(object, path);
    if (!fields || !Object.hasOwn(fields, name)) continue;
    const value = String(fields[name] ?? '');
    const known = masks.get(value) ?? MASK + '++++'.repeat(masks.size);
    masks.set(value, known);
    setField(fields, name, known);
  }
}
