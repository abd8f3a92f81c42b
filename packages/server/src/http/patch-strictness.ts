import { type Json, type KubeObject, StatusError } from '@slipway/api';
import { goText } from '../patch/index.ts';
import { StrictDecodingError } from '../schema/index.ts';
import { isRecord } from './decode.ts';
import type { Exchange } from './exchange.ts';

export const JSON_PATCH = 'application/json-patch+json';

const STEPS = new Set(['op', 'path', 'from', 'value']);

/** Tells complaints about the text of a JSON patch as upstream does, and what its operations have too much. */
export function complainOfJsonPatch({ complaints }: Exchange, body: unknown): void {
  const operations = Array.isArray(body) ? body.filter(isRecord) : [];
  const unknown = operations.flatMap((operation, index) =>
    Object.keys(operation)
      .filter(key => !STEPS.has(key))
      .map(key => `unknown field ${JSON.stringify(`[${index}].${key}`)}`),
  );
  const all = [...complaints, ...unknown].map(complaint => `json patch ${complaint}`);
  complaints.splice(0, complaints.length, ...all);
}

/**
 * What came in an apply's text was no part of the object any more when it is checked.
 * @throws StatusError BadRequest
 */
export function refuseLooseApply({ complaints }: Exchange, validation: string): void {
  const [complaint] = complaints;
  if (complaint === undefined || validation !== 'Strict') return;
  throw new StatusError(
    'BadRequest',
    `error strict decoding YAML: error converting YAML to JSON: ${complaint}`,
  );
}

/** Refusals of strictness, about the patched object; of a strategic patch, about the patch. */
export async function asPatchRefusal<T>(
  decision: Promise<T>,
  { object, body, strategic }: { object: KubeObject; body: unknown; strategic: boolean },
): Promise<T> {
  try {
    return await decision;
  } catch (error) {
    if (!(error instanceof StrictDecodingError)) throw error;
    const value = JSON.stringify(strategic ? goText(body as Json) : JSON.stringify(object));
    const message = `Invalid value: ${value}: ${error.complaint}`;
    throw new StatusError('Invalid', ` "" is invalid: patch: ${message}`, {
      causes: [{ reason: 'FieldValueInvalid', message, field: 'patch' }],
    });
  }
}
