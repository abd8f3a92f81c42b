import { type StatusCause, StatusError } from '@slipway/api';
import type { ResourceInfo } from '../schema/index.ts';

// The words and details of kube-apiserver's refusals that more than one endpoint needs.

/** `pods "web"`, `deployments.apps "web"`. */
export function subjectOf({ kind }: Pick<ResourceInfo, 'kind'>, name: string): string {
  return `${kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`} "${name}"`;
}

/** `status.details` of an answer about one object. */
export function detailsOf({ kind }: Pick<ResourceInfo, 'kind'>, name: string) {
  return { name, ...(kind.group === '' ? {} : { group: kind.group }), kind: kind.plural };
}

export function notFound(info: Pick<ResourceInfo, 'kind'>, name: string): StatusError {
  return new StatusError('NotFound', `${subjectOf(info, name)} not found`, detailsOf(info, name));
}

/** The path means no resource. */
export function noSuchResource(): StatusError {
  return new StatusError('NotFound', 'the server could not find the requested resource', {});
}

export function methodNotAllowed(): StatusError {
  return new StatusError(
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );
}

const CAUSE_REASONS: [start: string, reason: string][] = [
  ['Required value', 'FieldValueRequired'],
  ['Forbidden', 'FieldValueForbidden'],
  ['Unsupported value', 'FieldValueNotSupported'],
];

function causeOf(field: string, message: string): StatusCause {
  const reason = CAUSE_REASONS.find(([start]) => message.startsWith(start))?.[1] ?? 'FieldValueInvalid';
  return { reason, message, field };
}

/** A query or options document that says something it must not: `CreateOptions`, `ListOptions`, … */
export function invalidOptions(kind: string, field: string, message: string): StatusError {
  return new StatusError('Invalid', `${kind}.meta.k8s.io "" is invalid: ${field}: ${message}`, {
    group: 'meta.k8s.io',
    kind,
    causes: [causeOf(field, message)],
  });
}

/** An object with one wrong field. */
export function invalidField(
  { kind }: Pick<ResourceInfo, 'kind'>,
  name: string,
  { field, message }: { field: string; message: string },
): StatusError {
  const qualified = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  return new StatusError('Invalid', `${qualified} "${name}" is invalid: ${field}: ${message}`, {
    ...(name === '' ? {} : { name }),
    ...(kind.group === '' ? {} : { group: kind.group }),
    kind: kind.kind,
    causes: [causeOf(field, message)],
  });
}
