import { type Json, type KubeObject, messageOf, StatusError } from '@slipway/api';
import { merge } from '../../apply/merge.ts';
import type { AdmissionCall } from '../../http/seams.ts';
import { applyJsonPatch, type JsonPatchOperation } from '../../patch/index.ts';
import { fromCel } from '../../schema/cel.ts';
import type { AdmissionPlugin } from '../plugin.ts';
import { conditionsHold, type PolicyPorts, viewsOf } from './evaluation.ts';
import { policyExpression } from './expressions.ts';
import type { MutatingPolicy, Mutation, PolicyBinding } from './policy-kinds.ts';
import type { PolicyStore } from './policy-store.ts';
import { isExempt } from './validating-policies.ts';

/** MutatingAdmissionPolicies, each once, in order of their names. */
export function mutatingPolicies(policies: PolicyStore, ports: PolicyPorts): AdmissionPlugin {
  return {
    name: 'MutatingAdmissionPolicy',
    mutate: call => {
      if (call.object === undefined || isExempt(call)) return undefined;
      let { object } = call;
      for (const { policy, bindings } of policies.mutating()) {
        for (const binding of bindings) object = mutated({ ...call, object }, { policy, binding }, ports);
      }
      return object;
    },
  };
}

type Changing = AdmissionCall & { object: KubeObject };
type Pair = { policy: MutatingPolicy; binding: PolicyBinding };

function mutated(call: Changing, pair: Pair, ports: PolicyPorts): KubeObject {
  try {
    let { object } = call;
    const count = viewsOf(call, pair, ports).length;
    for (let index = 0; index < count; index++) {
      for (const mutation of pair.policy.spec.mutations ?? []) {
        // Each mutation sees what the one before it made.
        const view = viewsOf({ ...call, object }, pair, ports)[index];
        if (!view || !conditionsHold(pair.policy.spec.matchConditions, view)) continue;
        object = changed(object, { mutation, view, call });
      }
    }
    return object;
  } catch (error) {
    if (pair.policy.spec.failurePolicy === 'Ignore') return call.object;
    const where = `policy '${pair.policy.metadata.name}' with binding '${pair.binding.metadata.name}'`;
    const message = `${where} denied request: ${messageOf(error).split('\n')[0]}`;
    throw new StatusError('Invalid', message, { causes: [{ message }] });
  }
}

function changed(
  object: KubeObject,
  { mutation, view, call }: { mutation: Mutation; view: Record<string, unknown>; call: AdmissionCall },
): KubeObject {
  const json = object as unknown as Json;
  if (mutation.patchType === 'JSONPatch') {
    const operations = fromCel(policyExpression(mutation.jsonPatch?.expression ?? '').run(view));
    if (!Array.isArray(operations)) throw new TypeError('a JSONPatch mutation gives a list of operations');
    return applyJsonPatch(json, operations as unknown as JsonPatchOperation[]) as unknown as KubeObject;
  }
  const applied = fromCel(policyExpression(mutation.applyConfiguration?.expression ?? '').run(view));
  const merged = merge(json, applied, call.info.schema);
  return (merged ?? json) as unknown as KubeObject;
}
