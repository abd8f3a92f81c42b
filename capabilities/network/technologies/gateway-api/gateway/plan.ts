import type { Condition, Stored } from '@slipway/api';
import { transition } from '../http-route/plan.ts';
import { type Gateway, GROUP, type Listener } from '../table/upstream.ts';
import { listenerProblem } from './listener.ts';

type Status = NonNullable<Gateway['status']>;
type Verdict = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

/** What a Gateway's status says. Pure. */
export function gatewayStatus(options: {
  gateway: Stored<Gateway>;
  /** How many routes are attached, by listener name. */
  attached: ReadonlyMap<string, number>;
  /** What is wrong with a listener's certificates, by listener name. */
  certificates: ReadonlyMap<string, { reason: string; message: string }>;
  addresses: { type: string; value: string }[];
  ports: ReadonlySet<number>;
  now: string;
}): Status {
  const { gateway, now } = options;
  const listeners = gateway.spec.listeners.map(listener => listenerStatus(listener, options));
  const isWhole = listeners.every(listener => isTrue(listener.conditions, 'Accepted'));
  const some = listeners.some(listener => isTrue(listener.conditions, 'Programmed'));
  const unsupported = gateway.spec.addresses?.length
    ? { reason: 'UnsupportedAddress', message: 'addresses: not supported; the platform has one address' }
    : undefined;
  const verdicts: Verdict[] = [
    unsupported
      ? { type: 'Accepted', status: 'False', ...unsupported }
      : isWhole
        ? { type: 'Accepted', status: 'True', reason: 'Accepted', message: 'Gateway is accepted' }
        : {
            type: 'Accepted',
            status: some ? 'True' : 'False',
            reason: 'ListenersNotValid',
            message: 'not every listener is valid',
          },
    some && !unsupported
      ? { type: 'Programmed', status: 'True', reason: 'Programmed', message: 'Gateway is programmed' }
      : { type: 'Programmed', status: 'False', reason: 'Invalid', message: 'no listener is programmed' },
  ];
  return {
    addresses: options.addresses,
    conditions: stamp(verdicts, gateway.status?.conditions, gateway, now),
    listeners,
  };
}

function listenerStatus(
  listener: Listener,
  { gateway, attached, certificates, ports, now }: Parameters<typeof gatewayStatus>[0],
): NonNullable<Status['listeners']>[number] {
  const problem = listenerProblem(listener, { ports });
  const kinds = kindsOf(listener);
  const unresolved = kinds.invalid ?? certificates.get(listener.name);
  const before = gateway.status?.listeners?.find(each => each.name === listener.name)?.conditions;
  const isProgrammed = !problem && !unresolved;
  const verdicts: Verdict[] = [
    problem
      ? { type: 'Accepted', status: 'False', ...problem }
      : { type: 'Accepted', status: 'True', reason: 'Accepted', message: 'Listener is accepted' },
    isProgrammed
      ? { type: 'Programmed', status: 'True', reason: 'Programmed', message: 'Listener is programmed' }
      : { type: 'Programmed', status: 'False', reason: 'Invalid', message: 'Listener is not programmed' },
    unresolved
      ? { type: 'ResolvedRefs', status: 'False', ...unresolved }
      : {
          type: 'ResolvedRefs',
          status: 'True',
          reason: 'ResolvedRefs',
          message: 'All references are resolved',
        },
    { type: 'Conflicted', status: 'False', reason: 'NoConflicts', message: 'No conflicts' },
  ];
  return {
    name: listener.name,
    supportedKinds: kinds.supported,
    attachedRoutes: attached.get(listener.name) ?? 0,
    conditions: stamp(verdicts, before, gateway, now),
  };
}

function kindsOf(listener: Listener) {
  const route = { group: GROUP, kind: 'HTTPRoute' };
  const wanted = listener.allowedRoutes?.kinds ?? [route];
  const bad = wanted.find(kind => kind.kind !== 'HTTPRoute' || (kind.group ?? GROUP) !== GROUP);
  return {
    supported: wanted.some(kind => kind !== bad && kind.kind === 'HTTPRoute') ? [route] : [],
    invalid: bad && {
      reason: 'InvalidRouteKinds',
      message: `allowedRoutes.kinds: "${bad.kind}" is not supported; HTTPRoute is`,
    },
  };
}

function stamp(
  verdicts: Verdict[],
  before: Condition[] | undefined,
  gateway: Stored<Gateway>,
  now: string,
): Condition[] {
  return verdicts.map(verdict => ({
    ...verdict,
    observedGeneration: gateway.metadata.generation ?? 0,
    lastTransitionTime: transition(before, verdict, now),
  }));
}

function isTrue(conditions: Condition[], type: string): boolean {
  return conditions.some(condition => condition.type === type && condition.status === 'True');
}
