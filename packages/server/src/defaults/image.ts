import type { Json } from '@slipway/api';

/** Always for the tag `latest`, said or not; IfNotPresent for anything fixed. */
export function pullPolicy(image: Json | undefined): string {
  const text = typeof image === 'string' ? image : '';
  const [reference = '', digest] = text.split('@');
  const tag = /:([^/:]+)$/.exec(reference)?.[1];
  const latest = tag === undefined ? digest === undefined : tag === 'latest';
  return latest ? 'Always' : 'IfNotPresent';
}
