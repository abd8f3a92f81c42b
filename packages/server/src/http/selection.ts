import { matchesLabels, parseLabelSelector, type Requirement, StatusError } from '@slipway/api';
import type { ResourceInfo } from '../schema/index.ts';
import type { Entry, ResourceId } from '../store/store.ts';
import { parseEntry, storageOf } from './convert.ts';
import type { Exchange, Target } from './exchange.ts';

interface FieldRequirement {
  path: string;
  value: string;
  equal: boolean;
}

/** Which objects of a resource a list, watch or deletion means. */
export interface Selection {
  /** Keys begin with this: `namespace/`, or nothing. */
  prefix: string;
  /** The one key, when the request narrows to a name within a namespace (or a cluster-scoped one). */
  key: string | undefined;
  /** True when only the prefix selects. */
  everything: boolean;
  matches(entry: Entry): boolean;
}

/** Fields beside the name and namespace that each kind can be selected by, as upstream. */
const FIELDS: Record<ResourceId, string[]> = {
  '/pods': [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  '/nodes': ['spec.unschedulable'],
  '/namespaces': ['status.phase'],
  '/secrets': ['type'],
  '/services': ['spec.clusterIP', 'spec.type'],
  '/replicationcontrollers': ['status.replicas'],
  'apps/replicasets': ['status.replicas'],
  'batch/jobs': ['status.successful'],
  'certificates.k8s.io/certificatesigningrequests': ['spec.signerName'],
  '/events': [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'regarding.kind',
    'regarding.namespace',
    'regarding.name',
    'regarding.uid',
    'reason',
    'reportingComponent',
    'reportingController',
    'source',
    'type',
  ],
};

/** Fields that are numbers or truths and count as `0` or `false` when absent. */
const WHEN_ABSENT: Record<string, string> = {
  'status.replicas': '0',
  'status.successful': '0',
  'spec.unschedulable': 'false',
  'spec.hostNetwork': 'false',
};

/** @throws StatusError BadRequest for selectors that cannot be read or fields that cannot be selected by */
export function selectionOf(exchange: Exchange, target: Target): Selection {
  const { query } = exchange.incoming;
  const labels = parseLabelSelector(query.get('labelSelector') ?? '');
  const fields = parseFieldSelector(query.get('fieldSelector') ?? '');
  if (target.name !== undefined) fields.push({ path: 'metadata.name', value: target.name, equal: true });
  checkFields(target.info, fields);
  const namespace = target.namespace ?? equalTo(fields, 'metadata.namespace');
  const name = equalTo(fields, 'metadata.name');
  const scoped = target.info.kind.namespaced;
  const prefix = scoped && namespace !== undefined ? `${namespace}/` : '';
  const whole = !scoped || namespace !== undefined;
  return {
    prefix,
    key: name !== undefined && whole ? `${prefix}${name}` : undefined,
    everything: labels.length === 0 && fields.length === 0,
    matches: entry => matchesEntry(entry, { labels, fields, info: target.info }),
  };
}

function equalTo(fields: FieldRequirement[], path: string): string | undefined {
  return fields.find(field => field.path === path && field.equal)?.value;
}

function parseFieldSelector(text: string): FieldRequirement[] {
  return text
    .split(',')
    .filter(part => part.trim() !== '')
    .map(part => {
      const match = /^\s*([^=!\s]+)\s*(==|=|!=)\s*(.*?)\s*$/.exec(part);
      if (!match?.[1])
        throw new StatusError('BadRequest', `invalid selector: '${text}'; can't understand '${part}'`);
      return { path: match[1], value: match[3] ?? '', equal: match[2] !== '!=' };
    });
}

function checkFields(info: ResourceInfo, fields: FieldRequirement[]): void {
  for (const { path } of fields) {
    if (path === 'metadata.name' || path === 'metadata.namespace') continue;
    if (FIELDS[storageOf(info)]?.includes(path)) continue;
    if (info.selectableFields.includes(`.${path}`)) continue;
    const plain = FIELDS[storageOf(info)] === undefined && info.selectableFields.length === 0;
    throw new StatusError(
      'BadRequest',
      plain
        ? `"${path}" is not a known field selector: only "metadata.name", "metadata.namespace"`
        : `field label not supported: ${path}`,
    );
  }
}

interface Wanted {
  labels: Requirement[];
  fields: FieldRequirement[];
  info: ResourceInfo;
}

function matchesEntry(entry: Entry, { labels, fields, info }: Wanted): boolean {
  if (labels.length > 0 && !matchesLabels(labels, entry.labels())) return false;
  return fields.every(field => (fieldOf(entry, field.path, info) === field.value) === field.equal);
}

/** Selectable fields, by group and path, of entries that were selected by field before; dropped with their entries. */
const extracted = new WeakMap<Entry, Map<string, string>>();

function fieldOf(entry: Entry, path: string, info: ResourceInfo): string {
  const slash = entry.key.indexOf('/');
  if (path === 'metadata.name') return entry.key.slice(slash + 1);
  if (path === 'metadata.namespace') return slash < 0 ? '' : entry.key.slice(0, slash);
  const known = extracted.get(entry) ?? new Map<string, string>();
  extracted.set(entry, known);
  // Two groups serve events, and name their fields differently.
  const { group } = info.kind;
  const before = known.get(`${group} ${path}`);
  if (before !== undefined) return before;
  const object = parseEntry(entry, info);
  for (const field of [path, ...(FIELDS[storageOf(info)] ?? [])]) {
    known.set(`${group} ${field}`, valueAt(object, field));
  }
  return known.get(`${group} ${path}`) ?? '';
}

function valueAt(object: unknown, path: string): string {
  if (path === 'source') return sourceOfEvent(object as EventSource);
  let value = object;
  for (const step of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[step];
  return value === undefined || value === null ? (WHEN_ABSENT[path] ?? '') : String(value);
}

interface EventSource {
  source?: { component?: string };
  deprecatedSource?: { component?: string };
  reportingComponent?: string;
  reportingController?: string;
}

/** Whoever reported an event, in either of its shapes. */
function sourceOfEvent(event: EventSource): string {
  const { source, deprecatedSource, reportingComponent, reportingController } = event;
  const old = source?.component || deprecatedSource?.component;
  return old || reportingComponent || reportingController || '';
}
