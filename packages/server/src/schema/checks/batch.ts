import { invalid, type Problem, required, unsupported } from '../problem.ts';
import { isSet, text, type Values, values } from '../value.ts';
import { notNegative } from './number.ts';
import { checkTemplate } from './pod.ts';

const COUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
];
const OWNER_LABEL = 'batch.kubernetes.io/controller-uid';

export function checkJob(object: Values): Problem[] {
  const spec = values(object, 'spec');
  return [...checkJobSpec(spec, 'spec'), ...checkOwnSelector(object, spec)];
}

function checkJobSpec(spec: Values, field: string): Problem[] {
  const policy = text(values(spec, 'template', 'spec').restartPolicy);
  const place = `${field}.template`;
  const restart =
    policy === 'Never' || policy === 'OnFailure'
      ? []
      : [required(`${place}.spec.restartPolicy`, 'valid values: "OnFailure", "Never"')];
  return [
    ...COUNTS.flatMap(name => notNegative(spec[name], `${field}.${name}`)),
    ...checkTemplate(values(spec, 'template'), place),
    ...restart,
  ];
}

/** Jobs select their pods by a label of their own, unless told that somebody else made one. */
function checkOwnSelector(object: Values, spec: Values): Problem[] {
  const uid = values(object, 'metadata').uid;
  if (spec.manualSelector === true || !isSet(spec.selector) || !isSet(uid)) return [];
  const labels = values(spec, 'selector', 'matchLabels');
  const own = Object.keys(labels).length === 1 && labels[OWNER_LABEL] === uid;
  return own ? [] : [invalid('spec.selector', spec.selector, '`selector` not auto-generated')];
}

const POLICIES = ['Allow', 'Forbid', 'Replace'];

export function checkCronJob(object: Values): Problem[] {
  const spec = values(object, 'spec');
  const policy = text(spec.concurrencyPolicy);
  return [
    ...checkSchedule(text(spec.schedule)),
    ...checkZone(spec.timeZone),
    ...(POLICIES.includes(policy) ? [] : [unsupported('spec.concurrencyPolicy', policy, POLICIES)]),
    ...notNegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds'),
    ...notNegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit'),
    ...notNegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit'),
    ...checkJobSpec(values(spec, 'jobTemplate', 'spec'), 'spec.jobTemplate.spec'),
  ];
}

const MACROS = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];
const FIELD = /^(\*|\?|[0-9a-z]+)([-/,][0-9a-z*]+)*$/i;

function checkSchedule(schedule: string): Problem[] {
  const field = 'spec.schedule';
  if (schedule === '') return [required(field)];
  if (schedule.includes('TZ')) {
    return [invalid(field, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead')];
  }
  if (MACROS.includes(schedule) || /^@every (\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(schedule)) return [];
  if (schedule.startsWith('@')) return [invalid(field, schedule, `unrecognized descriptor: ${schedule}`)];
  const parts = schedule.trim().split(/\s+/);
  if (parts.length !== 5) {
    const detail = `expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`;
    return [invalid(field, schedule, detail)];
  }
  const wrong = parts.find(part => !FIELD.test(part));
  return wrong === undefined ? [] : [invalid(field, schedule, `failed to parse int from ${wrong}`)];
}

function checkZone(zone: unknown): Problem[] {
  if (!isSet(zone)) return [];
  const field = 'spec.timeZone';
  if (zone === '') return [invalid(field, zone, 'timeZone must be nil or non-empty string')];
  try {
    new Intl.DateTimeFormat('en', { timeZone: String(zone) });
    return [];
  } catch {
    return [invalid(field, zone, `unknown time zone ${zone}`)]; // Intl knows zones only by failing.
  }
}
