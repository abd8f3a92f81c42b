import { StatusError } from '@slipway/api';

/** The shape an answer shall have. */
export interface Shape {
  as: 'object' | 'table' | 'metadata';
  type: 'application/json' | 'application/yaml';
}

const PLAIN: Shape = { as: 'object', type: 'application/json' };
const TYPES: Record<string, Shape['type']> = {
  'application/json': 'application/json',
  'application/*': 'application/json',
  '*/*': 'application/json',
  '': 'application/json',
  'application/yaml': 'application/yaml',
  'text/yaml': 'application/yaml',
};

/**
 * The first shape in an Accept header that we can give; protobuf and CBOR are passed over, as clients allow.
 * @throws StatusError NotAcceptable
 */
export function negotiate(accept: string): Shape {
  if (accept === '' || accept === 'application/json' || accept === '*/*') return PLAIN;
  for (const choice of accept.split(',')) {
    const [media = '', ...parameters] = choice.split(';').map(part => part.trim());
    const type = TYPES[media];
    if (type === undefined) continue;
    const as = shapeOf(parameters);
    if (as) return { as, type };
  }
  throw notAcceptable();
}

export function notAcceptable(): StatusError {
  return new StatusError(
    'NotAcceptable',
    'only the following media types are accepted: application/json, application/yaml',
  );
}

function shapeOf(parameters: string[]): Shape['as'] | undefined {
  const values = Object.fromEntries(parameters.map(parameter => parameter.split('=')));
  if (values.as === undefined) return 'object';
  if (values.g !== 'meta.k8s.io' || values.v !== 'v1') return undefined;
  if (values.as === 'Table') return 'table';
  return values.as?.startsWith('PartialObjectMetadata') ? 'metadata' : undefined;
}
