import { type KubeObject, StatusError } from '@slipway/api';
import { auditedResource, type Exchange, sourceOf, type Target } from './exchange.ts';
import { pause } from './pause.ts';
import { attributesOf } from './route.ts';
import type { AdmissionCall, AdmissionOperation } from './seams.ts';

export interface Admitting {
  operation: AdmissionOperation;
  target: Target;
  name: string;
  object?: KubeObject;
  oldObject?: KubeObject;
  dryRun: boolean;
  options?: Record<string, unknown>;
}

function callOf(exchange: Exchange, admitting: Admitting): AdmissionCall {
  const { target, ...rest } = admitting;
  return {
    ...rest,
    info: target.info,
    ...(target.subresource === undefined ? {} : { subresource: target.subresource }),
    ...(target.namespace === undefined ? {} : { namespace: target.namespace }),
    user: exchange.user,
    warn: message => exchange.warnings.push(message),
  };
}

/** Lets every admission change the object, one after the other. */
export async function mutateByAdmission(
  exchange: Exchange,
  admitting: Admitting & { object: KubeObject },
): Promise<KubeObject> {
  let { object } = admitting;
  for (const admission of exchange.parts.admissions) {
    await pause(exchange);
    try {
      const pending = admission.mutate(callOf(exchange, { ...admitting, object }));
      object = (pending instanceof Promise ? await pending : pending) ?? object;
    } catch (error) {
      await recordRefusal(exchange, admitting, error);
      throw error;
    }
  }
  return object;
}

/** Asks every admission; the first to throw refuses. */
export async function validateByAdmission(exchange: Exchange, admitting: Admitting): Promise<void> {
  for (const admission of exchange.parts.admissions) {
    try {
      const pending = admission.validate(callOf(exchange, admitting));
      if (pending) await pending;
    } catch (error) {
      await recordRefusal(exchange, admitting, error);
      throw error;
    }
  }
}

/** Whom a policy refused what is in the audit, as refusals for want of a right are; a mistake in an object is not. */
async function recordRefusal(exchange: Exchange, admitting: Admitting, error: unknown): Promise<void> {
  if (admitting.dryRun || !(error instanceof StatusError) || !isDecision(error)) return;
  const { target, name, object } = admitting;
  const { kind } = target.info;
  await exchange.parts.store.audit.append({
    actor: exchange.user.username,
    door: 'api',
    verb: attributesOf(exchange.incoming).verb,
    resource: auditedResource(kind.group, kind.plural, target.subresource),
    object: [target.namespace, name || (object?.metadata.generateName ?? '')].filter(Boolean).join('/'),
    source: sourceOf(exchange),
    outcome: 'denied',
  });
}

/** Policies may say any reason (the API's `spec.validations[].reason`); all else that is decided is Forbidden. */
function isDecision({ reason, message }: StatusError): boolean {
  return reason === 'Forbidden' || message.includes(' denied request: ');
}
