import { type AnyObject, parseApiVersion, parseQuantity, quantityText } from '@slipway/api';
import { type Fields, field, isFields, setField } from './fields.ts';

/** A field of custom resources that is written as a type of Kubernetes' own (`resource.customizations.knownTypeFields`). */
export interface KnownField {
  /** Dots between names; lists on the way are followed item by item. */
  field: string;
  /** `core/Quantity`, `meta/v1/Duration`, or `core/v1/<type>` for a part of a pod. */
  type: string;
}

/** Argo Rollouts embed a pod, whoever configures what. */
const ROLLOUT: KnownField = { field: 'spec.template.spec', type: 'core/v1/PodSpec' };

/** Writes known fields the one way that Kubernetes does, so that `1000m` and `1` are no difference. */
export function normalizeKnownFields(object: AnyObject, configured: KnownField[]): void {
  const { group } = parseApiVersion(object.apiVersion);
  const isRollout = group === 'argoproj.io' && object.kind === 'Rollout';
  const fields = configured.length === 0 && isRollout ? [ROLLOUT] : configured;
  for (const { field: path, type } of fields) rewrite(object, path.split('.'), typeOf(type));
}

type Rewrite = (value: unknown) => unknown;

function typeOf(type: string): Rewrite {
  if (type === 'core/Quantity') return quantity;
  if (type === 'meta/v1/Duration') return duration;
  return podPart;
}

function rewrite(value: unknown, [name, ...rest]: string[], type: Rewrite): void {
  if (name === undefined) return;
  if (Array.isArray(value)) {
    for (const item of value) rewrite(item, [name, ...rest], type);
    return;
  }
  if (!isFields(value)) return;
  const found = field(value, name);
  if (found === undefined) return;
  if (rest.length > 0) {
    rewrite(found, rest, type);
    return;
  }
  setField(value, name, Array.isArray(found) ? found.map(item => type(item)) : type(found));
}

/** Fields of a pod that hold quantities: `resources.limits`, `emptyDir.sizeLimit`, … */
const QUANTITY_MAPS = ['limits', 'requests', 'capacity', 'overhead'];
const QUANTITIES = ['sizeLimit', 'divisor', 'storage'];

/** A part of a pod: its quantities in canonical form; nothing that Go would leave out. */
function podPart(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map(item => podPart(item));
  if (QUANTITIES.includes(name)) return quantity(value);
  if (!isFields(value)) return value;
  const result: Fields = {};
  for (const [key, each] of Object.entries(value)) {
    if (each === null || each === '' || (Array.isArray(each) && each.length === 0)) continue;
    setField(result, key, QUANTITY_MAPS.includes(name) ? quantity(each) : podPart(each, key));
  }
  return result;
}

/** Canonical form, as a server writes it; text that is no quantity stays. */
function quantity(value: unknown): unknown {
  if (typeof value !== 'string' && typeof value !== 'number') return value;
  try {
    return quantityText(parseQuantity(value), value);
  } catch {
    return value;
  }
}

const UNITS: Record<string, bigint> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

/** Go's one way to write a duration: `90s` is `1m30s`. */
function duration(value: unknown): unknown {
  if (typeof value !== 'string' || !/^([+-]?)((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))+$/.test(value))
    return value;
  let total = 0n;
  for (const [, whole = '', fraction = '', unit = 's'] of value.matchAll(
    /(\d*)(?:\.(\d*))?(ns|us|µs|ms|s|m|h)/g,
  )) {
    const size = UNITS[unit] ?? 0n;
    total += BigInt(whole || '0') * size + (BigInt(fraction || '0') * size) / 10n ** BigInt(fraction.length);
  }
  return `${value.startsWith('-') && total > 0n ? '-' : ''}${durationText(total)}`;
}

function durationText(total: bigint): string {
  if (total === 0n) return '0s';
  if (total < 1_000n) return `${total}ns`;
  if (total < 1_000_000n) return `${withFraction(total, 1_000n)}µs`;
  if (total < 1_000_000_000n) return `${withFraction(total, 1_000_000n)}ms`;
  const [hours, rest] = [total / 3_600_000_000_000n, total % 3_600_000_000_000n];
  const [minutes, seconds] = [rest / 60_000_000_000n, rest % 60_000_000_000n];
  const tail = `${withFraction(seconds, 1_000_000_000n)}s`;
  if (hours > 0n) return `${hours}h${minutes}m${tail}`;
  return minutes > 0n ? `${minutes}m${tail}` : tail;
}

function withFraction(value: bigint, unit: bigint): string {
  const digits = String(unit).length - 1;
  const fraction = String(value % unit)
    .padStart(digits, '0')
    .replace(/0+$/, '');
  return fraction === '' ? String(value / unit) : `${value / unit}.${fraction}`;
}
