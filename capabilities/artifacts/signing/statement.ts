import { SlipwayError } from '@slipway/api';

export const STATEMENT = 'https://in-toto.io/Statement/v1';
/** What cosign signs an image with in a bundle. */
export const SIGNATURE = 'https://sigstore.dev/cosign/sign/v1';
export const PROVENANCE = 'https://slsa.dev/provenance/v1';

/** An in-toto statement, version 1: what is said (predicate) about which artifacts (subject). */
export interface Statement<P = Record<string, unknown>> {
  _type: typeof STATEMENT;
  subject: { name?: string; digest: Record<string, string> }[];
  predicateType: string;
  predicate: P;
}

/** @param image name without tag, and digest `sha256:…` */
export function statementOn<P>(
  image: { name: string; digest: string },
  { predicateType, predicate }: { predicateType: string; predicate: P },
): Statement<P> {
  return {
    _type: STATEMENT,
    subject: [{ name: image.name, digest: digestSet(image.digest) }],
    predicateType,
    predicate,
  };
}

/** `{ sha256: '…' }` of `sha256:…` (in-toto, DigestSet). */
export function digestSet(digest: string): Record<string, string> {
  const [algorithm = '', hex = ''] = digest.split(':');
  return { [algorithm]: hex };
}

/** @throws SlipwayError `StatementInvalid` */
export function parseStatement(bytes: Uint8Array): Statement {
  let value: Partial<Statement>;
  try {
    value = JSON.parse(Buffer.from(bytes).toString()) as Partial<Statement>;
  } catch (error) {
    throw new SlipwayError('StatementInvalid', 'statement: it is no JSON', { cause: error });
  }
  if (value?._type !== STATEMENT || !Array.isArray(value.subject) || typeof value.predicateType !== 'string')
    throw new SlipwayError('StatementInvalid', 'statement: it is no in-toto statement of version 1');
  return value as Statement;
}

/** True when the statement is about this digest. */
export function isAbout({ subject }: Statement, digest: string): boolean {
  const [algorithm = '', hex = ''] = digest.split(':');
  return hex !== '' && subject.some(each => each?.digest?.[algorithm] === hex);
}
