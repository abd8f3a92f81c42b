import { type KubeObject, matchesLabels, messageOf, requirementsOf } from '@slipway/api';
import type { Namespace } from '@slipway/kinds';
import { readObject } from '../../authn/read-object.ts';
import { storageOf } from '../../http/convert.ts';
import { infoOfKind } from '../../http/route.ts';
import type { AdmissionCall } from '../../http/seams.ts';
import { toCel } from '../../schema/cel.ts';
import type { Registry, Schema } from '../../schema/index.ts';
import type { StoreReader } from '../../store/store.ts';
import { policyExpression } from './expressions.ts';
import { matchesResources } from './matches.ts';
import type { MatchCondition, Policy, PolicyBinding } from './policy-kinds.ts';

export interface PolicyPorts {
  store: StoreReader;
  registry: Registry;
}

/** What the expressions of one policy see of one write, under one binding and one of its parameters. */
export type Variables = Record<string, unknown>;

const ANYTHING: Schema = {};

/** Every view of this write that a binding asks its policy to judge; none when the policy does not mean it. */
export function viewsOf(
  call: AdmissionCall,
  { policy, binding }: { policy: Policy; binding: PolicyBinding },
  ports: PolicyPorts,
): Variables[] {
  const namespace =
    call.namespace === undefined
      ? undefined
      : readObject<Namespace>(ports.store, '/namespaces', undefined, call.namespace);
  const labels = namespace?.metadata.labels;
  if (!matchesResources(call, policy.spec.matchConstraints, labels)) return [];
  if (!matchesResources(call, binding.spec.matchResources, labels)) return [];
  const base = {
    object: celObject(call.object, call.info.schema),
    oldObject: celObject(call.oldObject, call.info.schema),
    request: requestOf(call),
    namespaceObject: celObject(namespace, ANYTHING),
  };
  return parametersOf(call, { policy, binding }, ports).map(params =>
    withVariables({ ...base, params: celObject(params, ANYTHING) }, policy),
  );
}

function celObject(object: KubeObject | undefined, schema: Schema): unknown {
  return object === undefined ? null : toCel(object, schema);
}

function requestOf(call: AdmissionCall): unknown {
  const { group, version, kind, plural } = call.info.kind;
  const { username, groups, uid, extra } = call.user;
  return {
    kind: { group, version, kind },
    resource: { group, version, resource: plural },
    subResource: call.subresource ?? '',
    requestKind: { group, version, kind },
    requestResource: { group, version, resource: plural },
    requestSubResource: call.subresource ?? '',
    name: call.name,
    namespace: call.namespace ?? '',
    operation: call.operation,
    userInfo: { username, groups, uid: uid ?? '', extra: extra ?? {} },
    dryRun: call.dryRun,
    options: toCel(call.options ?? {}, ANYTHING),
  };
}

/** Variables are evaluated when they are first named, once for each view. */
function withVariables(view: Variables, policy: Policy): Variables {
  const variables = {};
  const whole: Variables = { ...view, variables };
  for (const { name, expression } of policy.spec.variables ?? []) {
    let value: { known: unknown } | undefined;
    Object.defineProperty(variables, name, {
      enumerable: true,
      get: () => {
        value ??= { known: policyExpression(expression).run(whole) };
        return value.known;
      },
    });
  }
  return whole;
}

/** Undefined stands for "no parameter": the policy wants none, or the binding lets it go without. */
function parametersOf(
  call: AdmissionCall,
  { policy, binding }: { policy: Policy; binding: PolicyBinding },
  { store, registry }: PolicyPorts,
): (KubeObject | undefined)[] {
  const { paramKind } = policy.spec;
  const { paramRef } = binding.spec;
  if (!paramKind || !paramRef) return [undefined];
  const info = infoOfKind(registry, paramKind.apiVersion, paramKind.kind);
  if (!info) throw new Error(`failed to find resource referenced by paramKind: '${paramKind.kind}'`);
  const namespace = info.kind.namespaced ? (paramRef.namespace ?? call.namespace) : undefined;
  const prefix = namespace === undefined ? '' : `${namespace}/`;
  const requirements = requirementsOf(paramRef.selector ?? {});
  const entries = [...store.snapshot(storageOf(info)).entries({ prefix })].filter(entry =>
    paramRef.name === undefined
      ? matchesLabels(requirements, entry.labels())
      : entry.key === `${prefix}${paramRef.name}`,
  );
  if (entries.length > 0) return entries.map(entry => JSON.parse(entry.text) as KubeObject);
  if (paramRef.parameterNotFoundAction === 'Allow') return [];
  throw new Error('no params found for policy binding with `Deny` parameterNotFoundAction');
}

/**
 * Whether all conditions hold.
 * @throws Error when one cannot be evaluated and none of the others says no
 */
export function conditionsHold(conditions: MatchCondition[] | undefined, view: Variables): boolean {
  let failure: Error | undefined;
  for (const { expression } of conditions ?? []) {
    try {
      if (policyExpression(expression).run(view) !== true) return false;
    } catch (error) {
      failure ??= new Error(messageOf(error));
    }
  }
  if (failure) throw failure;
  return true;
}
