import type { Random, Stored } from '@slipway/api';
import type { GeneratedKey, GeneratedSecret, Secret } from '@slipway/kinds';

/** On a Secret that was made: the GeneratedSecret's name. */
export const GENERATED_BY = 'slipway.dev/generated-by';

/** What has to be done for a GeneratedSecret; values that are there are never touched. */
export type SecretPlan =
  | { step: 'keep' }
  | { step: 'make'; secret: Secret }
  | { step: 'add'; data: Record<string, string>; labels: Record<string, string> }
  | { step: 'wait'; reason: string; message: string };

const ALPHABETS = {
  alphanumeric: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  hex: '0123456789abcdef',
};

/** Pure but for `random`, which is asked only for keys that are missing. */
export function planSecret(
  { metadata, spec }: Stored<GeneratedSecret>,
  present: Secret | undefined,
  random: Random,
): SecretPlan {
  const { name, namespace = '' } = metadata;
  const labels = { ...spec.labels, [GENERATED_BY]: name };
  const missing = Object.entries(spec.keys).filter(([key]) => present?.data?.[key] === undefined);
  const data = () => Object.fromEntries(missing.map(([key, form]) => [key, textOf(form, random)]));
  if (!present) {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace, labels } };
    return { step: 'make', secret: { ...secret, type: 'Opaque', data: data() } };
  }
  const where = `secret ${namespace}/${name}`;
  if (present.metadata.deletionTimestamp)
    return { step: 'wait', reason: 'SecretIsGoing', message: `${where}: it is being deleted` };
  const keys = missing.map(([key]) => JSON.stringify(key)).join(', ');
  const isOurs = present.metadata.labels?.[GENERATED_BY] === name;
  if (missing.length > 0 && !isOurs)
    return {
      step: 'wait',
      reason: 'SecretIncomplete',
      message: `${where}: it was there already and has no ${keys}; add what is missing, or delete it so that all is made`,
    };
  if (missing.length > 0 && present.immutable)
    return {
      step: 'wait',
      reason: 'SecretImmutable',
      message: `${where}: it is immutable and has no ${keys}; delete it so that all is made anew`,
    };
  const hasLabels = Object.entries(labels).every(([key, value]) => present.metadata.labels?.[key] === value);
  // What somebody else made stays theirs: its labels are not ours to set.
  return missing.length === 0 && (hasLabels || !isOurs)
    ? { step: 'keep' }
    : { step: 'add', data: data(), labels };
}

function textOf(form: GeneratedKey, random: Random): string {
  const text =
    'text' in form ? form.text : characters(form.length, ALPHABETS[form.alphabet ?? 'alphanumeric'], random);
  return Buffer.from(text).toString('base64');
}

/** Each character as likely as any other: bytes beyond the last whole multiple are thrown away. */
function characters(length: number, alphabet: string, random: Random): string {
  const limit = 256 - (256 % alphabet.length);
  let made = '';
  while (made.length < length)
    for (const byte of random.bytes(length - made.length))
      if (byte < limit) made += alphabet.charAt(byte % alphabet.length);
  return made;
}
