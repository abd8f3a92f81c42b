import { portName } from '../names.ts';
import { forbidden, invalid, type Problem, required } from '../problem.ts';
import { isSet, type Values, values } from '../value.ts';
import { isPort, notNegative } from './number.ts';

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'];
const TIMES = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
];

/** What is wrong with a probe; liveness and startup need one success only. */
export function checkProbe(probe: unknown, field: string, once: boolean): Problem[] {
  if (!isSet(probe)) return [];
  const found = values({ probe }, 'probe');
  const threshold = found.successThreshold;
  const wrong = once && typeof threshold === 'number' && threshold > 1;
  return [
    ...checkHandler(found, field),
    ...TIMES.flatMap(name => notNegative(found[name], `${field}.${name}`)),
    ...(wrong ? [invalid(`${field}.successThreshold`, threshold, 'must be 1')] : []),
  ];
}

/** Exactly one handler, and it must be complete. */
export function checkHandler(handler: Values, field: string): Problem[] {
  const [first, ...more] = HANDLERS.filter(name => isSet(handler[name]));
  if (!first) return [required(field, 'must specify a handler type')];
  return [
    ...checkOne(first, values(handler, first), `${field}.${first}`),
    ...more.map(name => forbidden(`${field}.${name}`, 'may not specify more than 1 handler type')),
  ];
}

function checkOne(name: string, found: Values, field: string): Problem[] {
  if (name === 'exec') {
    const empty = !Array.isArray(found.command) || found.command.length === 0;
    return empty ? [required(`${field}.command`)] : [];
  }
  return name === 'sleep' ? [] : checkPort(found.port, `${field}.port`);
}

/** A number, or the name of one of the container's ports. */
export function checkPort(port: unknown, field: string): Problem[] {
  if (typeof port === 'string') return portName(port).map(detail => invalid(field, port, detail));
  return isPort(port ?? 0, field);
}
