import { SlipwayError } from '@slipway/api';

const MODES = ['enforce', 'warn'] as const;
const PATTERN = '^[a-z0-9*]([-a-z0-9*]*[a-z0-9*])?$';

/** JSON Schema of the definition's `parameters`. */
export const parametersSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    verify: {
      type: 'object',
      additionalProperties: false,
      description: 'Where only images run that this platform signed; without it nothing is checked.',
      required: ['namespaces'],
      properties: {
        namespaces: {
          type: 'array',
          minItems: 1,
          items: { type: 'string', pattern: PATTERN },
          description: 'Namespaces, with * for any letters: `*-prod`, `payments-*`.',
        },
        mode: {
          type: 'string',
          enum: MODES,
          default: 'enforce',
          description: '`enforce` refuses such pods; `warn` lets them run and tells whoever made them.',
        },
      },
    },
  },
};

/** Where signatures are asked for, and what happens to pods without. */
export interface VerifyPolicy {
  mode: (typeof MODES)[number];
  namespaces: string[];
}

/** @throws SlipwayError `ParametersInvalid` naming the field */
export function readParameters({ verify }: Record<string, unknown>): { verify?: VerifyPolicy } {
  if (verify === undefined) return {};
  const { namespaces, mode = 'enforce', ...rest } = verify as Record<string, unknown>;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw invalid(`verify.${unknown}`, rest[unknown], 'namespaces, mode');
  const known = MODES.find(each => each === mode);
  if (!known) throw invalid('verify.mode', mode, MODES.join(', '));
  const isList = Array.isArray(namespaces) && namespaces.length > 0;
  if (!isList || !namespaces.every(each => typeof each === 'string' && RegExp(PATTERN).test(each)))
    throw invalid('verify.namespaces', namespaces, 'names of namespaces, with * for any letters');
  return { verify: { mode: known, namespaces } };
}

function invalid(field: string, found: unknown, allowed: string): SlipwayError {
  const message = `sigstore: parameters.${field}: found ${JSON.stringify(found)}; allowed: ${allowed}`;
  return new SlipwayError('ParametersInvalid', message);
}
