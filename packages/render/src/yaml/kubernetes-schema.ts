import { binaryTag, defineScalarTag, FAILSAFE_SCHEMA, mergeTag, NOT_RESOLVED, type Schema } from 'js-yaml';

const WORDS: Record<string, boolean> = {};
for (const word of ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'])
  WORDS[word] = true;
for (const word of ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'])
  WORDS[word] = false;

/** `yes`, `on` and `y` are true: Kubernetes reads YAML 1.1 (sigs.k8s.io/yaml over go-yaml 2). */
const boolTag = defineScalarTag<boolean>('tag:yaml.org,2002:bool', {
  implicit: true,
  implicitFirstChars: [...'yYtToOnNfF'],
  resolve: source => WORDS[source] ?? NOT_RESOLVED,
  identify: value => typeof value === 'boolean',
});

const nullTag = defineScalarTag<null>('tag:yaml.org,2002:null', {
  implicit: true,
  implicitFirstChars: ['', '~', 'n', 'N'],
  resolve: source => (/^(|~|null|Null|NULL)$/.test(source) ? null : NOT_RESOLVED),
  identify: value => value === null,
});

/**
 * Go's strconv.ParseInt with base 0, underscores left out: `0777` and `0o777` are octal, `0x1F` and `0b11` what they
 * say. Larger than what a double holds exactly stays text, so that it is refused instead of changed.
 */
const intTag = defineScalarTag<number>('tag:yaml.org,2002:int', {
  implicit: true,
  implicitFirstChars: [...'+-0123456789'],
  resolve: source => parseInteger(source) ?? NOT_RESOLVED,
  identify: value => Number.isInteger(value),
});

function parseInteger(source: string): number | undefined {
  const text = source.replaceAll('_', '');
  const [, sign = '', digits = ''] =
    /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]*|[1-9][0-9]*)$/.exec(text) ?? [];
  if (digits === '') return undefined;
  const octal = /^0[oO]?([0-7]+)$/.exec(digits)?.[1];
  const value = octal === undefined ? Number(digits) : Number.parseInt(octal, 8);
  if (!Number.isSafeInteger(value)) return undefined;
  return sign === '-' && value !== 0 ? -value : value;
}

const floatTag = defineScalarTag<number>('tag:yaml.org,2002:float', {
  implicit: true,
  implicitFirstChars: [...'+-.0123456789'],
  resolve: source => {
    const text = source.replaceAll('_', '');
    // An integer that a double cannot hold exactly: see intTag.
    if (/^[-+]?[0-9]+$/.test(text)) return NOT_RESOLVED;
    const number = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(text)
      ? Number(text)
      : undefined;
    return number === undefined || !Number.isFinite(number) ? NOT_RESOLVED : number;
  },
  identify: value => typeof value === 'number',
});

/** How Kubernetes' tools read YAML. Timestamps stay text, as they do there when the target is JSON. */
export const kubernetesSchema: Schema = FAILSAFE_SCHEMA.withTags(
  nullTag,
  boolTag,
  intTag,
  floatTag,
  binaryTag,
  mergeTag,
);
