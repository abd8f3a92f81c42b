import { type Condition, timestamp } from '@slipway/api';
import type { CustomResourceDefinition } from '@slipway/kinds';
import { unsupportedRules } from './unsupported-rules.ts';

type Names = CustomResourceDefinition['spec']['names'];

interface Status {
  conditions?: Condition[];
  acceptedNames?: Names;
  storedVersions?: string[];
}

/** What of a CRD decides whether another one may have its names. */
export interface Named {
  metadata: Pick<CustomResourceDefinition['metadata'], 'name'>;
  spec: Pick<CustomResourceDefinition['spec'], 'group' | 'names'>;
}

/**
 * The CRD with the status that upstream's controllers give it: accepted names, conditions, versions that objects
 * may be stored in. `others` are the CRDs already there; `now` in milliseconds since 1970.
 */
export function establishCrd(
  definition: CustomResourceDefinition,
  others: readonly Named[],
  now: number,
): CustomResourceDefinition {
  const before = ((definition as { status?: Status }).status ?? {}) as Status;
  const conflict = nameConflict(definition, others);
  const time = timestamp(now);
  const established = wasTrue(before, 'Established') || !conflict;
  const found = [
    namesAccepted(conflict),
    {
      type: 'Established',
      status: established ? 'True' : 'False',
      reason: established ? 'InitialNamesAccepted' : 'NotAccepted',
      message: established ? 'the initial names have been accepted' : 'not all names are accepted',
    },
    ...rulesCondition(definition),
  ] as Omit<Condition, 'lastTransitionTime'>[];
  const status: Status = {
    conditions: found.map(condition => withTime(condition, before, time)),
    acceptedNames: conflict ? (before.acceptedNames ?? { plural: '', kind: '' }) : acceptedNames(definition),
    storedVersions: storedVersions(definition, before),
  };
  return { ...definition, status } as CustomResourceDefinition;
}

function wasTrue(status: Status, type: string): boolean {
  return status.conditions?.some(found => found.type === type && found.status === 'True') ?? false;
}

function namesAccepted(conflict: { reason: string; message: string } | undefined): object {
  if (conflict) return { type: 'NamesAccepted', status: 'False', ...conflict };
  return { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' };
}

function withTime(condition: Omit<Condition, 'lastTransitionTime'>, before: Status, time: string): Condition {
  const known = before.conditions?.find(found => found.type === condition.type);
  const lastTransitionTime = known?.status === condition.status ? known.lastTransitionTime : time;
  return { ...condition, lastTransitionTime };
}

function acceptedNames({ spec: { names } }: Named): Names {
  return {
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    ...(names.shortNames ? { shortNames: names.shortNames } : {}),
    kind: names.kind,
    listKind: names.listKind ?? `${names.kind}List`,
    ...(names.categories ? { categories: names.categories } : {}),
  };
}

/** Every version that was ever the stored one: objects may still lie there. */
function storedVersions({ spec }: CustomResourceDefinition, before: Status): string[] {
  const stored = spec.versions.find(version => version.storage)?.name;
  return [...new Set([...(before.storedVersions ?? []), ...(stored ? [stored] : [])])];
}

const REASONS: Record<string, string> = {
  plural: 'PluralConflict',
  singular: 'SingularConflict',
  shortNames: 'ShortNamesConflict',
  kind: 'KindConflict',
  listKind: 'ListKindConflict',
};

/** The first name that another CRD of the group has already. */
function nameConflict(
  definition: CustomResourceDefinition,
  others: readonly Named[],
): { reason: string; message: string } | undefined {
  const rivals = others.filter(
    other => other.spec.group === definition.spec.group && other.metadata.name !== definition.metadata.name,
  );
  const resources = new Set(rivals.flatMap(rival => resourceNames(acceptedNames(rival))));
  const kinds = new Set(
    rivals.flatMap(({ spec }) => [spec.names.kind, spec.names.listKind ?? `${spec.names.kind}List`]),
  );
  const own = acceptedNames(definition);
  const candidates: [string, string | undefined, Set<string>][] = [
    ['plural', own.plural, resources],
    ['singular', own.singular, resources],
    ...(own.shortNames ?? []).map((name): [string, string, Set<string>] => ['shortNames', name, resources]),
    ['kind', own.kind, kinds],
    ['listKind', own.listKind, kinds],
  ];
  const taken = candidates.find(([, name, used]) => name !== undefined && used.has(name));
  return taken && { reason: REASONS[taken[0]] ?? '', message: `"${taken[1]}" is already in use` };
}

function resourceNames({ plural, singular, shortNames }: Names): string[] {
  return [plural, ...(singular ? [singular] : []), ...(shortNames ?? [])];
}

/** Says which rules are not evaluated, so that nobody relies on them. */
function rulesCondition(definition: CustomResourceDefinition): object[] {
  const unsupported = unsupportedRules(definition);
  const [first] = unsupported;
  if (!first) return [];
  const more = unsupported.length > 1 ? ` and ${unsupported.length - 1} more` : '';
  const message = `not evaluated here: ${first.field}: ${JSON.stringify(first.rule)} (${first.why})${more}`;
  return [{ type: 'RulesSupported', status: 'False', reason: 'UnknownFunction', message }];
}
