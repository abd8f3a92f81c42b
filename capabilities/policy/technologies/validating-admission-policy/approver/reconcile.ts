import { ClusterRoleBinding, Environment } from '@slipway/kinds';
import { type Controller, controller, done } from '@slipway/runtime';
import { approverBinding } from './plan.ts';

/** Name that all of this engine's applies go under. */
export const MANAGER = 'validating-admission-policy';

/** Gives the groups that environments name the right to answer. */
export function approverController(): Controller {
  const apply: Controller<Environment>['reconcile'] = async (_environment, { cache, client }) => {
    const binding = approverBinding(cache(Environment).list());
    await client.apply(ClusterRoleBinding, binding, { fieldManager: MANAGER, force: true });
    return done;
  };
  return controller<Environment>({ name: 'approver', kind: Environment, concurrency: 1, reconcile: apply });
}
