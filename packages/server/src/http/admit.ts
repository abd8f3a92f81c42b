import type { KubeObject } from '@slipway/api';
import type { Exchange, Target } from './exchange.ts';
import { pause } from './pause.ts';
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
    const pending = admission.mutate(callOf(exchange, { ...admitting, object }));
    object = (pending instanceof Promise ? await pending : pending) ?? object;
  }
  return object;
}

/** Asks every admission; the first to throw refuses. */
export async function validateByAdmission(exchange: Exchange, admitting: Admitting): Promise<void> {
  for (const admission of exchange.parts.admissions) {
    const pending = admission.validate(callOf(exchange, admitting));
    if (pending) await pending;
  }
}
