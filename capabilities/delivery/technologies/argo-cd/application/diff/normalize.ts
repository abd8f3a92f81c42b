import { type AnyObject, parseApiVersion } from '@slipway/api';
import { type Fields, isFields, same, setField } from './fields.ts';
import type { Ignored } from './ignore-differences.ts';
import type { Jq } from './jq.ts';
import { type KnownField, normalizeKnownFields } from './known-types.ts';

export interface NormalizeOptions {
  ignored: Ignored;
  /** Rules of roles that others are gathered in are no difference (`resource.compareoptions`). */
  ignoreAggregatedRoles: boolean;
  /** `resource.customizations.knownTypeFields.*` of its kind. */
  knownFields: KnownField[];
}

/** A copy in the form that is compared, before anybody's rules (gitops-engine, diff.Normalize). */
export function normalizeKind(
  object: AnyObject,
  { ignoreAggregatedRoles }: Pick<NormalizeOptions, 'ignoreAggregatedRoles'>,
): AnyObject {
  const copy = structuredClone(object);
  delete copy.metadata.creationTimestamp;
  const { group } = parseApiVersion(object.apiVersion);
  const kind = `${group}/${object.kind}`;
  if (kind === '/Secret') normalizeSecret(copy);
  if (kind === '/Endpoints') normalizeEndpoints(copy);
  if (kind === 'rbac.authorization.k8s.io/Role' || kind === 'rbac.authorization.k8s.io/ClusterRole')
    normalizeRole(copy, ignoreAggregatedRoles);
  return copy;
}

/**
 * Copies in the form that is compared: without what is ignored, known types in their one form.
 * @throws SlipwayError JqFailed
 */
export async function normalizeAll(
  objects: AnyObject[],
  { ignored, knownFields }: NormalizeOptions,
  jq: Jq,
): Promise<AnyObject[]> {
  const copies = objects.map(object => structuredClone(object));
  for (const copy of copies) for (const pointer of ignored.jsonPointers) removeAt(copy, pointer);
  const left =
    ignored.jqPathExpressions.length > 0
      ? ((await jq.without(ignored.jqPathExpressions, copies)) as AnyObject[])
      : copies;
  for (const copy of left) normalizeKnownFields(copy, knownFields);
  return left;
}

/** `stringData` is only another way to write `data`; nothing and an empty text are the same. */
export function normalizeSecret(secret: AnyObject): void {
  const { stringData, data } = secret as { stringData?: unknown; data?: unknown };
  const next: Fields = isFields(data) ? { ...data } : {};
  if (isFields(stringData)) {
    for (const [name, value] of Object.entries(stringData))
      setField(next, name, typeof value === 'string' ? toBase64(value) : value);
    delete secret.stringData;
  }
  if (!isFields(stringData) && !isFields(data)) return;
  for (const [name, value] of Object.entries(next)) if (value === null) setField(next, name, '');
  secret.data = next;
}

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function normalizeRole(role: AnyObject, ignoreAggregatedRoles: boolean): void {
  if (ignoreAggregatedRoles && isFields(role.aggregationRule)) role.rules = null;
  if (Array.isArray(role.rules) && role.rules.length === 0) role.rules = null;
}

interface Subset {
  addresses?: Fields[];
  notReadyAddresses?: Fields[];
  ports?: Fields[];
}

/** The control plane sorts subsets; a port's protocol is TCP when nobody says. */
function normalizeEndpoints(endpoints: AnyObject): void {
  if (!Array.isArray(endpoints.subsets)) return;
  const subsets = endpoints.subsets as Subset[];
  for (const subset of subsets) {
    for (const port of subset.ports ?? []) port.protocol ||= 'TCP';
    subset.ports?.sort(byText);
    subset.addresses?.sort(byText);
    subset.notReadyAddresses?.sort(byText);
  }
  subsets.sort(byText);
}

function byText(a: unknown, b: unknown): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** RFC 6902 `remove`; what is not there is no fault. */
function removeAt(value: unknown, pointer: string): void {
  const segments = pointer.split('/').slice(1).map(unescaped);
  const last = segments.pop();
  let at = value;
  for (const segment of segments) at = child(at, segment);
  if (last === undefined) return;
  if (Array.isArray(at) && isIndex(last, at)) at.splice(Number(last), 1);
  if (isFields(at) && Object.hasOwn(at, last)) delete at[last];
}

function child(value: unknown, segment: string): unknown {
  if (Array.isArray(value)) return isIndex(segment, value) ? value[Number(segment)] : undefined;
  return isFields(value) && Object.hasOwn(value, segment) ? value[segment] : undefined;
}

function isIndex(segment: string, list: unknown[]): boolean {
  return /^(0|[1-9]\d*)$/.test(segment) && Number(segment) < list.length;
}

/** RFC 6901, section 4. */
function unescaped(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** Whether two objects are equal once what only tells of the storing is left out. */
export function sameContent(a: AnyObject, b: AnyObject): boolean {
  return same(content(a), content(b));
}

/** A text that is another one when an object changes in anything but these places, and what a server keeps about it. */
export function contentText(object: AnyObject, ignoredPointers: string[]): string {
  const copy = structuredClone(content(object));
  for (const pointer of ignoredPointers) removeAt(copy, pointer);
  return JSON.stringify(copy);
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Without what a server keeps about an object: who wrote it, its version, and what was applied last. */
export function content(object: AnyObject): AnyObject {
  const {
    managedFields: _managed,
    resourceVersion: _version,
    generation: _generation,
    ...metadata
  } = object.metadata;
  const { [LAST_APPLIED]: _applied, ...annotations } = metadata.annotations ?? {};
  const { annotations: _annotations, ...rest } = metadata;
  const kept = Object.keys(annotations).length > 0 ? { annotations } : {};
  return { ...object, metadata: { ...rest, ...kept } };
}
