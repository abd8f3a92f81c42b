import type { KubeObject } from '@slipway/api';
import type { AdmissionCall } from '../../http/seams.ts';
import { invalid, invalidError, type Problem } from '../../schema/problem.ts';
import type { AdmissionPlugin } from '../plugin.ts';
import { policyExpression } from './expressions.ts';
import type { MatchCondition, MutatingPolicy, ValidatingPolicy } from './policy-kinds.ts';

interface Placed {
  field: string;
  expression: string | undefined;
}

type Webhooks = KubeObject & { webhooks?: { matchConditions?: MatchCondition[] }[] };

/** The expressions of an object, by its kind; whoever writes one that cannot be evaluated learns it at once. */
const EXPRESSIONS: Record<string, (object: KubeObject) => Placed[]> = {
  ValidatingAdmissionPolicy: object => {
    const { spec } = object as ValidatingPolicy;
    const validations = (spec.validations ?? []).flatMap(({ expression, messageExpression }, index) => [
      { field: `spec.validations[${index}].expression`, expression },
      { field: `spec.validations[${index}].messageExpression`, expression: messageExpression },
    ]);
    return [...commonTo(spec), ...validations];
  },
  MutatingAdmissionPolicy: object => {
    const { spec } = object as MutatingPolicy;
    const mutations = (spec.mutations ?? []).flatMap(({ applyConfiguration, jsonPatch }, index) => [
      {
        field: `spec.mutations[${index}].applyConfiguration.expression`,
        expression: applyConfiguration?.expression,
      },
      { field: `spec.mutations[${index}].jsonPatch.expression`, expression: jsonPatch?.expression },
    ]);
    return [...commonTo(spec), ...mutations];
  },
  ValidatingWebhookConfiguration: ofWebhooks,
  MutatingWebhookConfiguration: ofWebhooks,
};

function commonTo({
  matchConditions,
  variables,
}: ValidatingPolicy['spec'] | MutatingPolicy['spec']): Placed[] {
  const named = (variables ?? []).map(({ expression }, index) => ({
    field: `spec.variables[${index}].expression`,
    expression,
  }));
  return [...conditions(matchConditions, 'spec'), ...named];
}

function ofWebhooks(object: KubeObject): Placed[] {
  return ((object as Webhooks).webhooks ?? []).flatMap(({ matchConditions }, index) =>
    conditions(matchConditions, `webhooks[${index}]`),
  );
}

function conditions(list: MatchCondition[] | undefined, below: string): Placed[] {
  return (list ?? []).map(({ expression }, index) => ({
    field: `${below}.matchConditions[${index}].expression`,
    expression,
  }));
}

/** Refuses policies and webhooks with expressions that are wrong, or that need what this server lacks. */
export const checkedExpressions: AdmissionPlugin = {
  name: 'PolicyExpressions',
  validate: call => {
    const { object, info } = call;
    if (info.kind.group !== 'admissionregistration.k8s.io' || !object) return;
    const problems = (EXPRESSIONS[info.kind.kind]?.(object) ?? []).flatMap(problemOf);
    if (problems.length > 0) throw invalidError(info, call.name, problems);
    warnOfWebhooks(call);
  },
};

function problemOf({ field, expression }: Placed): Problem[] {
  if (expression === undefined) return [];
  const { wrong, unsupported } = policyExpression(expression);
  const message = wrong ?? unsupported;
  if (message === undefined) return [];
  return [invalid(field, expression, `compilation failed: ERROR: ${message.split('\n')[0]}`)];
}

/** A webhook that is stored and never asked must not look like protection. */
function warnOfWebhooks(call: AdmissionCall): void {
  if (!call.info.kind.kind.endsWith('WebhookConfiguration')) return;
  const webhooks = (call.object as Webhooks).webhooks ?? [];
  if (webhooks.length === 0) return;
  call.warn(
    `webhooks: not called by this server: "${call.name}"; use ValidatingAdmissionPolicy or MutatingAdmissionPolicy`,
  );
}
