import { keyOf, type Stored, timestamp } from '@slipway/api';
import { updateStatus } from '@slipway/client';
import { type Context, done, type Outcome } from '@slipway/runtime';
import { transition } from '../http-route/plan.ts';
import { CONTROLLER, GatewayClass } from '../table/upstream.ts';

/** Features by their names in the conformance suite, in the order the API asks for. */
const FEATURES = [
  'Gateway',
  'HTTPRoute',
  'HTTPRouteBackendProtocolWebSocket',
  'HTTPRouteBackendRequestHeaderModification',
  'HTTPRouteBackendTimeout',
  'HTTPRouteHostRewrite',
  'HTTPRouteMethodMatching',
  'HTTPRoutePathRedirect',
  'HTTPRoutePathRewrite',
  'HTTPRoutePortRedirect',
  'HTTPRouteQueryParamMatching',
  'HTTPRouteRequestTimeout',
  'HTTPRouteResponseHeaderModification',
  'HTTPRouteSchemeRedirect',
  'ReferenceGrant',
];

/** Accepts classes that name our controller; parameters are not supported. */
export async function reconcileGatewayClass(
  gatewayClass: Stored<GatewayClass>,
  { client, clock }: Context,
): Promise<Outcome> {
  if (gatewayClass.spec.controllerName !== CONTROLLER) return done;
  const verdict = gatewayClass.spec.parametersRef
    ? ({ status: 'False', reason: 'InvalidParameters', message: 'parametersRef: not supported' } as const)
    : ({ status: 'True', reason: 'Accepted', message: 'GatewayClass is accepted' } as const);
  await updateStatus(client, GatewayClass, keyOf(gatewayClass), draft => {
    const condition = { type: 'Accepted', ...verdict };
    const before = draft.status?.conditions;
    draft.status = {
      conditions: [
        {
          ...condition,
          observedGeneration: draft.metadata.generation ?? 0,
          lastTransitionTime: transition(before, condition, timestamp(clock.now())),
        },
      ],
      supportedFeatures: FEATURES.map(name => ({ name })),
    };
  });
  return done;
}
