import { messageOf, STATUS_CODES, StatusError } from '@slipway/api';
import type { AdmissionCall } from '../../http/seams.ts';
import { type AdmissionPlugin, forbidden } from '../plugin.ts';
import { conditionsHold, type PolicyPorts, type Variables, viewsOf } from './evaluation.ts';
import { policyExpression } from './expressions.ts';
import type { PolicyBinding, ValidatingPolicy, Validation } from './policy-kinds.ts';
import type { PolicyStore } from './policy-store.ts';

interface Denial {
  message: string;
  reason: NonNullable<Validation['reason']>;
}

/** ValidatingAdmissionPolicies: what is bound with `Deny` refuses, with `Warn` tells the client. */
export function validatingPolicies(policies: PolicyStore, ports: PolicyPorts): AdmissionPlugin {
  return {
    name: 'ValidatingAdmissionPolicy',
    validate: call => {
      if (isExempt(call)) return;
      for (const { policy, bindings } of policies.validating()) {
        for (const binding of bindings) enforce(call, { policy, binding }, ports);
      }
    },
  };
}

/** Policies cannot lock out those who would mend them. */
export function isExempt(call: AdmissionCall): boolean {
  return call.info.kind.group === 'admissionregistration.k8s.io';
}

type Pair = { policy: ValidatingPolicy; binding: PolicyBinding };

function enforce(call: AdmissionCall, pair: Pair, ports: PolicyPorts): void {
  const { policy, binding } = pair;
  const actions = binding.spec.validationActions ?? ['Deny'];
  const where = `ValidatingAdmissionPolicy '${policy.metadata.name}' with binding '${binding.metadata.name}'`;
  for (const denial of denialsOf(call, pair, ports)) {
    if (actions.includes('Warn')) call.warn(`Validation failed for ${where}: ${denial.message}`);
    if (actions.includes('Deny')) throw refusal(call, where, denial);
  }
}

function denialsOf(call: AdmissionCall, pair: Pair, ports: PolicyPorts): Denial[] {
  const { validations = [], matchConditions, failurePolicy } = pair.policy.spec;
  const failed = (message: string): Denial[] =>
    failurePolicy === 'Ignore' ? [] : [{ message, reason: 'Invalid' }];
  try {
    const views = viewsOf(call, pair, ports).filter(view => conditionsHold(matchConditions, view));
    return views.flatMap(view =>
      validations.flatMap(validation => {
        try {
          return policyExpression(validation.expression).run(view) === true ? [] : [denial(validation, view)];
        } catch (error) {
          return failed(`expression '${validation.expression}' resulted in error: ${firstLine(error)}`);
        }
      }),
    );
  } catch (error) {
    return failed(`failed to configure policy: ${firstLine(error)}`);
  }
}

function denial(validation: Validation, view: Variables): Denial {
  const { expression, message, messageExpression, reason = 'Invalid' } = validation;
  const fallback = message ?? `failed expression: ${expression.trim()}`;
  const made = messageExpression ? madeMessage(messageExpression, view) : undefined;
  return { message: made ?? fallback, reason };
}

/** A message that cannot be made is no reason to let the write pass: the plain one is used. */
function madeMessage(expression: string, view: Variables): string | undefined {
  try {
    const made = policyExpression(expression).run(view);
    return typeof made === 'string' && made.trim() !== '' && !made.includes('\n') ? made.trim() : undefined;
  } catch {
    return undefined;
  }
}

function firstLine(error: unknown): string {
  return messageOf(error).split('\n')[0] ?? '';
}

function refusal(call: AdmissionCall, where: string, { message, reason }: Denial): StatusError {
  const denied = `${where} denied request: ${message}`;
  const { message: text, details } = forbidden(call, denied);
  const known = Object.hasOwn(STATUS_CODES, reason) ? reason : 'Invalid';
  return new StatusError(known, text, { ...details, causes: [{ message: denied }] });
}
