import { isIP } from 'node:net';
import { label, labelValue, oldLabel, pathSegment, qualifiedName, subdomain } from '../names.ts';
import { duplicate, invalid, type Problem, required, tooLong } from '../problem.ts';
import type { ResourceInfo } from '../resource-info.ts';
import { items, text, type Values, values } from '../value.ts';

/** Kinds whose names are not subdomains. */
const NAME_RULES: Record<string, (name: string) => string[]> = {
  '/namespaces': name => (name.includes('.') ? ['must not contain dots'] : label(name)),
  '/services': name => label(name),
  'rbac.authorization.k8s.io/clusterrolebindings': pathSegment,
  'rbac.authorization.k8s.io/clusterroles': pathSegment,
  'rbac.authorization.k8s.io/rolebindings': pathSegment,
  'rbac.authorization.k8s.io/roles': pathSegment,
  'apiregistration.k8s.io/apiservices': pathSegment,
  'networking.k8s.io/ipaddresses': name =>
    isIP(name) === 0 ? ['must be a valid IP address, in canonical form'] : [],
  'certificates.k8s.io/certificatesigningrequests': () => [],
};

/** What is wrong with `metadata` (apimachinery/pkg/api/validation/objectmeta.go). */
export function checkMetadata(metadata: Values, info: ResourceInfo): Problem[] {
  const { group, plural } = info.kind;
  const rule = NAME_RULES[`${group}/${plural}`] ?? subdomain;
  return [
    ...checkGenerateName(metadata, rule),
    ...checkName(metadata, rule),
    ...checkLabels(values(metadata, 'labels'), 'metadata.labels'),
    ...checkAnnotations(values(metadata, 'annotations')),
    ...checkOwners(metadata),
    ...checkFinalizers(metadata, info),
  ];
}

function checkName(metadata: Values, rule: (name: string) => string[]): Problem[] {
  const name = text(metadata.name);
  if (name === '') return [required('metadata.name', 'name or generateName is required')];
  return rule(name).map(detail => invalid('metadata.name', name, detail));
}

/** A prefix may end in what a name may not end in: something follows. */
function checkGenerateName(metadata: Values, rule: (name: string) => string[]): Problem[] {
  const prefix = text(metadata.generateName);
  if (prefix === '') return [];
  return rule(prefix.replace(/[-.]$/, 'a')).map(detail => invalid('metadata.generateName', prefix, detail));
}

export function checkLabels(labels: Values, field: string): Problem[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...qualifiedName(key).map(detail => invalid(field, key, detail)),
    ...labelValue(text(value)).map(detail => invalid(field, value, detail)),
  ]);
}

const MOST_ANNOTATION_BYTES = 256 * 1024;

function checkAnnotations(annotations: Values): Problem[] {
  const field = 'metadata.annotations';
  const keys = Object.keys(annotations);
  const wrong = keys.flatMap(key =>
    qualifiedName(key.toLowerCase()).map(detail => invalid(field, key, detail)),
  );
  const size = keys.reduce((sum, key) => sum + key.length + Buffer.byteLength(text(annotations[key])), 0);
  return size > MOST_ANNOTATION_BYTES ? [...wrong, tooLong(field, MOST_ANNOTATION_BYTES)] : wrong;
}

function checkOwners(metadata: Values): Problem[] {
  const field = 'metadata.ownerReferences';
  const owners = items(metadata.ownerReferences);
  const incomplete = owners.flatMap(owner =>
    ['apiVersion', 'kind', 'name', 'uid']
      .filter(name => text(owner[name]) === '')
      .map(name => invalid(`${field}.${name}`, '', 'must not be empty')),
  );
  const [first, second] = owners.filter(owner => owner.controller === true);
  if (!first || !second) return incomplete;
  const who = [first, second].map(owner => `${owner.kind}/${owner.name}`).join(' and ');
  const detail = `Only one reference can have Controller set to true. Found "true" in references for ${who}`;
  return [...incomplete, invalid(field, owners, detail)];
}

const STANDARD_FINALIZERS = new Set(['foregroundDeletion', 'orphan', 'kubernetes']);

/** Groups whose validation is not that of pkg/apis/core/validation. */
const OTHER_RULES = new Set([
  'apiextensions.k8s.io',
  'admissionregistration.k8s.io',
  'apiregistration.k8s.io',
]);

/** Most built-in kinds ask for a domain; for the others and for custom ones a qualified name is enough. */
function checkFinalizers(metadata: Values, { custom, kind }: ResourceInfo): Problem[] {
  const loose = custom || OTHER_RULES.has(kind.group);
  const found = Array.isArray(metadata.finalizers) ? metadata.finalizers.map(text) : [];
  return found.flatMap((name, index) => {
    const complaints = qualifiedName(name).map(detail => invalid('metadata.finalizers', name, detail));
    if (loose || complaints.length > 0 || name.includes('/') || STANDARD_FINALIZERS.has(name))
      return complaints;
    const detail = 'name is neither a standard finalizer name nor is it fully qualified';
    return [invalid(`metadata.finalizers[${index}]`, name, detail)];
  });
}

/** What is wrong with a LabelSelector. */
export function checkSelector(selector: Values, field: string): Problem[] {
  return [
    ...checkLabels(values(selector, 'matchLabels'), `${field}.matchLabels`),
    ...items(selector.matchExpressions).flatMap((expression, index) =>
      checkExpression(expression, `${field}.matchExpressions[${index}]`),
    ),
  ];
}

function checkExpression(expression: Values, field: string): Problem[] {
  const operator = text(expression.operator);
  const count = Array.isArray(expression.values) ? expression.values.length : 0;
  const key = qualifiedName(text(expression.key)).map(detail =>
    invalid(`${field}.key`, expression.key, detail),
  );
  if (['In', 'NotIn'].includes(operator)) {
    const detail = "must be specified when `operator` is 'In' or 'NotIn'";
    return count === 0 ? [required(`${field}.values`, detail), ...key] : key;
  }
  if (['Exists', 'DoesNotExist'].includes(operator)) {
    const detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
    return count > 0
      ? [
          {
            ...invalid(`${field}.values`, '', ''),
            reason: 'FieldValueForbidden',
            message: `Forbidden: ${detail}`,
          },
          ...key,
        ]
      : key;
  }
  return [invalid(`${field}.operator`, operator, 'not a valid selector operator'), ...key];
}

/** Items whose `name` (or another field) stands twice. */
export function checkUnique(found: Values[], field: string, name = 'name'): Problem[] {
  const seen = new Set<unknown>();
  return found.flatMap((item, index) => {
    const value = item[name];
    if (!value) return [];
    if (seen.has(value)) return [duplicate(`${field}[${index}].${name}`, value)];
    seen.add(value);
    return [];
  });
}

export { oldLabel };
