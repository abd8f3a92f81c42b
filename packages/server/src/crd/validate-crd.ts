import type { CustomResourceDefinition } from '@slipway/kinds';
import { compareKubeVersions } from '../discovery/kube-version.ts';
import type { Schema } from '../schema/index.ts';
import { oldLabel, subdomain } from '../schema/names.ts';
import { forbidden, invalid, invalidError, type Problem, required, unsupported } from '../schema/problem.ts';
import { isValues, text, type Values, values } from '../schema/value.ts';
import { checkStructure } from './structure.ts';

const KIND = {
  kind: {
    group: 'apiextensions.k8s.io',
    version: 'v1',
    kind: 'CustomResourceDefinition',
    plural: 'customresourcedefinitions',
    namespaced: false,
  },
};

/**
 * Refuses a CRD that upstream refuses: names, versions, structural schema, defaults, columns.
 * @throws StatusError Invalid with one cause for each problem
 */
export function validateCrd(definition: CustomResourceDefinition, old?: CustomResourceDefinition): void {
  const spec = values(definition, 'spec');
  const problems = [
    ...checkIdentity(definition),
    ...checkNames(values(spec, 'names'), spec),
    ...checkVersions(definition),
    ...(old ? checkChanges(definition, old) : []),
  ];
  if (problems.length > 0) throw invalidError(KIND, definition.metadata.name ?? '', problems);
}

const APPROVAL = 'api-approved.kubernetes.io';

function checkIdentity(definition: CustomResourceDefinition): Problem[] {
  const spec = values(definition, 'spec');
  const group = text(spec.group);
  const name = definition.metadata.name ?? '';
  const expected = `${text(values(spec, 'names').plural)}.${group}`;
  const isProtected = /(^|\.)(k8s|kubernetes)\.io$/.test(group);
  const approved = text(definition.metadata.annotations?.[APPROVAL]) !== '';
  const detail = `protected groups must have approval annotation "${APPROVAL}", see https://github.com/kubernetes/enhancements/pull/1111`;
  return [
    ...(name === expected
      ? []
      : [invalid('metadata.name', name, 'must be spec.names.plural+"."+spec.group')]),
    ...checkGroup(group),
    ...(['Cluster', 'Namespaced'].includes(text(spec.scope))
      ? []
      : [unsupported('spec.scope', spec.scope ?? '', ['Cluster', 'Namespaced'])]),
    ...(spec.preserveUnknownFields === true
      ? [
          invalid(
            'spec.preserveUnknownFields',
            true,
            'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
          ),
        ]
      : []),
    ...(isProtected && !approved ? [required(`metadata.annotations[${APPROVAL}]`, detail)] : []),
    ...checkConversion(definition),
  ];
}

function checkGroup(group: string): Problem[] {
  if (group === '') return [required('spec.group')];
  const complaints = subdomain(group).map(detail => invalid('spec.group', group, detail));
  if (complaints.length > 0 || group.includes('.')) return complaints;
  return [invalid('spec.group', group, 'should be a domain with at least one dot')];
}

/**
 * No webhook is called. Objects are served in the version that they are stored in, requests for another one are refused
 * (`route.ts`); so that version has to be the one that clients prefer.
 */
function checkConversion({ spec }: CustomResourceDefinition): Problem[] {
  const conversion = values(spec, 'conversion');
  const strategy = text(conversion.strategy);
  if (strategy === '' || strategy === 'None') return [];
  if (strategy !== 'Webhook') return [unsupported('spec.conversion.strategy', strategy, ['None', 'Webhook'])];
  const webhook = values(conversion, 'webhook');
  const field = 'spec.conversion.webhook';
  const reviews = webhook.conversionReviewVersions;
  const served = (spec.versions ?? []).filter(version => version.served).map(({ name }) => name);
  const [preferred] = served.sort(compareKubeVersions);
  const stored = spec.versions?.find(version => version.storage)?.name;
  return [
    ...(isValues(webhook.clientConfig) ? [] : [required(`${field}.clientConfig`)]),
    ...(Array.isArray(reviews) && reviews.length > 0 ? [] : [required(`${field}.conversionReviewVersions`)]),
    ...(preferred === stored
      ? []
      : [
          forbidden(
            'spec.conversion.strategy',
            `this server calls no conversion webhooks, so the storage version (${stored}) has to be the preferred one (${preferred})`,
          ),
        ]),
  ];
}

function checkNames(names: Values, spec: Values): Problem[] {
  const field = 'spec.names';
  const needed = ['plural', 'singular', 'kind', 'listKind'];
  const missing = needed.filter(name => text(names[name]) === '' && !canBeDefaulted(name, names));
  const rules: [string, string][] = [
    ['plural', text(names.plural)],
    ['singular', text(names.singular)],
  ];
  const short = Array.isArray(names.shortNames) ? names.shortNames.map(text) : [];
  return [
    ...rules.flatMap(([name, value]) =>
      value === '' ? [] : oldLabel(value).map(detail => invalid(`${field}.${name}`, value, detail)),
    ),
    ...missing.map(name => required(`${field}.${name}`)),
    ...['kind', 'listKind'].flatMap(name => {
      const value = text(names[name]);
      if (value === '') return [];
      const complaints = oldLabel(value.toLowerCase());
      return complaints.map(detail =>
        invalid(`${field}.${name}`, value, `may have mixed case, but should otherwise match: ${detail}`),
      );
    }),
    ...short.flatMap((value, index) =>
      oldLabel(value).map(detail => invalid(`${field}.shortNames[${index}]`, value, detail)),
    ),
    ...(text(names.kind) !== '' && names.kind === names.listKind
      ? [invalid(`${field}.listKind`, names.listKind, 'kind and listKind may not be the same')]
      : []),
    ...(spec.names === undefined ? [required(field)] : []),
  ];
}

function canBeDefaulted(name: string, names: Values): boolean {
  return text(names.kind) !== '' && (name === 'singular' || name === 'listKind');
}

type Version = CustomResourceDefinition['spec']['versions'][number];

function checkVersions(definition: CustomResourceDefinition): Problem[] {
  const found = values(definition, 'spec').versions;
  const versions = (Array.isArray(found) ? found.filter(isValues) : []) as unknown as Version[];
  const stored = versions.filter(version => version.storage).length;
  const shown = versions.map(({ name, served, storage }) => ({
    Name: name,
    Served: served,
    Storage: storage,
  }));
  const only = versions.length === 1;
  return [
    ...(stored === 1
      ? []
      : [invalid('spec.versions', shown, 'must have exactly one version marked as storage version')]),
    ...versions.flatMap((version, index) => checkVersion(version, `spec.versions[${index}]`, only)),
  ];
}

/** Upstream names the parts of a single version as if they stood in the spec itself. */
function checkVersion(version: Version, field: string, only: boolean): Problem[] {
  const schema = version.schema?.openAPIV3Schema as Schema | undefined;
  const place = only ? 'spec' : field;
  const schemaField = only ? 'spec.validation.openAPIV3Schema' : `${field}.schema.openAPIV3Schema`;
  return [
    ...oldLabel(version.name ?? '').map(detail => invalid(`${field}.name`, version.name, detail)),
    ...(schema ? checkStructure(schema, schemaField) : [required(`${field}.schema.openAPIV3Schema`)]),
    ...(version.additionalPrinterColumns ?? []).flatMap((column, index) =>
      checkColumn(column as unknown as Values, `${place}.additionalPrinterColumns[${index}]`),
    ),
    ...checkScale(version, `${place}.subresources.scale`),
  ];
}

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const SIMPLE_PATH = 'must be a simple json path starting with .';

function checkColumn(column: Values, field: string): Problem[] {
  const type = text(column.type);
  const path = text(column.jsonPath);
  const problems = text(column.name) === '' ? [required(`${field}.name`)] : [];
  if (!COLUMN_TYPES.includes(type)) {
    problems.push(invalid(`${field}.type`, type, `must be one of ${COLUMN_TYPES.join(',')}`));
  }
  if (path === '') problems.push(required(`${field}.JSONPath`));
  if (path !== '' && !path.startsWith('.')) problems.push(invalid(`${field}.JSONPath`, path, SIMPLE_PATH));
  return problems;
}

function checkScale(version: Version, field: string): Problem[] {
  const scale = version.subresources?.scale;
  if (!scale) return [];
  return ['specReplicasPath', 'statusReplicasPath'].flatMap(name => {
    const path = text(scale[name]);
    if (path === '') return [required(`${field}.${name}`)];
    const prefix = name === 'specReplicasPath' ? '.spec.' : '.status.';
    if (!path.startsWith('.')) return [invalid(`${field}.${name}`, path, SIMPLE_PATH)];
    const detail = `should be a json path under ${prefix.slice(0, -1)}`;
    return path.startsWith(prefix) ? [] : [invalid(`${field}.${name}`, path, detail)];
  });
}

/** What objects were stored under cannot change below them. */
function checkChanges(definition: CustomResourceDefinition, old: CustomResourceDefinition): Problem[] {
  const fixed: [string, unknown, unknown][] = [
    ['spec.group', definition.spec.group, old.spec.group],
    ['spec.scope', definition.spec.scope, old.spec.scope],
    ['spec.names.kind', definition.spec.names.kind, old.spec.names.kind],
    ['spec.names.plural', definition.spec.names.plural, old.spec.names.plural],
  ];
  const stored = (old as { status?: { storedVersions?: string[] } }).status?.storedVersions ?? [];
  const names = new Set(definition.spec.versions.map(version => version.name));
  return [
    ...fixed
      .filter(([, now, before]) => now !== before)
      .map(([field, now]) => invalid(field, now, 'field is immutable')),
    ...stored
      .filter(version => !names.has(version))
      .map((version, index) =>
        invalid(
          `status.storedVersions[${index}]`,
          version,
          `missing from spec.versions; ${version} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${version} and removes ${version} from status.storedVersions`,
        ),
      ),
    ...checkRestored(definition, stored),
  ];
}

/** What is stored in another version stays unreadable without its webhook. */
function checkRestored({ spec }: CustomResourceDefinition, stored: string[]): Problem[] {
  if (text(values(spec, 'conversion').strategy) !== 'Webhook') return [];
  const now = spec.versions.find(version => version.storage)?.name;
  const other = stored.find(version => version !== now);
  if (other === undefined) return [];
  const detail = `this server calls no conversion webhooks, so objects stored in ${other} could not be read in ${now}`;
  return [forbidden('spec.versions', detail)];
}
