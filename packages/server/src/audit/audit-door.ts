import { type KubeObject, StatusError } from '@slipway/api';
import type { CustomResourceDefinition } from '@slipway/kinds';
import type { Authorize, VirtualCall, VirtualResource } from '../http/seams.ts';
import type { Audit, AuditEntry } from './audit.ts';
import { readAudit } from './read-audit.ts';

/** The API's own records come from the store alone. */
const OWN_DOOR = 'api';
const LONGEST: Record<string, number> = { object: 2048, actor: 1024 };
const LONGEST_OTHER = 253;
const FIELDS = ['actor', 'door', 'verb', 'resource', 'object', 'outcome', 'source'] as const;
const OUTCOMES = ['allowed', 'denied', 'failed'];

interface Options {
  definition: CustomResourceDefinition;
  /** Whose ServiceAccounts may write. */
  namespace: string;
  audit: Audit;
  authorize: Authorize;
}

/**
 * How other doors append to the audit. Besides the right to create, it takes `append` on `doors/<door>`, and to be a
 * ServiceAccount of the namespace oneself: no person, and nobody who impersonates one, writes what others have done.
 * Each record names the account that brought it.
 */
export function auditDoor({ definition, namespace, audit, authorize }: Options): VirtualResource {
  const { group, names, versions } = definition.spec;
  const version = versions[0]?.name ?? '';
  const prefix = `system:serviceaccount:${namespace}:`;
  const refuse = (message: string) =>
    new StatusError('Forbidden', `${names.plural}.${group} is forbidden: ${message}`, {
      group,
      kind: names.plural,
    });
  return {
    group,
    resource: names.plural,
    async create({ object, user, impersonator, dryRun }: VirtualCall) {
      if (impersonator || !user.username.startsWith(prefix)) {
        throw refuse(`only ServiceAccounts of "${namespace}" themselves may append to the audit`);
      }
      const entry = entryOf(object, { group, kind: names.kind });
      const door = { verb: 'append', group, version, resource: 'doors', name: entry.door };
      if (!(await authorize(user, door)).allowed) {
        throw refuse(`"${user.username}" may not append in the name of the door "${entry.door}"`);
      }
      const source = `${entry.source} via ${user.username.slice(prefix.length)}`;
      if (!dryRun) await audit.append({ ...entry, source });
      return object;
    },
    list: query => readAudit(audit, { apiVersion: `${group}/${version}`, kind: names.kind }, query),
  };
}

function entryOf(
  { spec }: KubeObject & { spec?: unknown },
  kind: { group: string; kind: string },
): Omit<AuditEntry, 'time'> {
  const fields = { ...(spec as Record<string, unknown> | undefined) };
  const causes = [
    ...FIELDS.flatMap(name => problemOf(name, fields[name])),
    ...Object.keys(fields)
      .filter(name => !FIELDS.includes(name as 'actor'))
      .map(name => ({ field: `spec.${name}`, message: 'Forbidden: no such field' })),
  ];
  if (causes.length === 0) return fields as unknown as Omit<AuditEntry, 'time'>;
  const text = causes.map(({ field, message }) => `${field}: ${message}`).join(', ');
  throw new StatusError('Invalid', `${kind.kind}.${kind.group} "" is invalid: ${text}`, {
    ...kind,
    causes: causes.map(cause => ({ reason: 'FieldValueInvalid', ...cause })),
  });
}

function problemOf(name: (typeof FIELDS)[number], value: unknown): { field: string; message: string }[] {
  const problem = (message: string) => [{ field: `spec.${name}`, message: `Invalid value: ${message}` }];
  if (typeof value !== 'string' || value === '') return problem('a text is needed');
  const longest = LONGEST[name] ?? LONGEST_OTHER;
  if (value.length > longest) return problem(`it has ${value.length} characters, ${longest} are allowed`);
  if (/\p{Cc}/u.test(value)) return problem('it has control characters');
  if (name === 'door' && value === OWN_DOOR) return problem('what comes by the API is recorded by the API');
  const fits = name !== 'outcome' || OUTCOMES.includes(value);
  return fits ? [] : problem(`expected one of ${OUTCOMES.join(', ')}`);
}
