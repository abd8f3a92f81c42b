import { keyOf, type Stored } from '@slipway/api';
import { updateStatus } from '@slipway/client';
import { type Context, done, type Outcome, terminal } from '@slipway/runtime';
import type { Surroundings } from '../controllers.ts';
import { Ingress } from '../table/upstream.ts';
import { isOurs, planIngress } from './plan.ts';

/** Writes an Ingress' address; what is wrong with it becomes an event, for its status has no conditions. */
export async function reconcileIngress(
  ingress: Stored<Ingress>,
  context: Context,
  { world, addresses }: Surroundings,
): Promise<Outcome> {
  const present = world(context);
  if (!isOurs(ingress, present)) return done;
  const plan = planIngress(ingress, present);
  const balancer = plan.refused
    ? {}
    : { ingress: [{ hostname: addresses.domain, ports: [{ port: addresses.port, protocol: 'TCP' }] }] };
  await updateStatus(context.client, Ingress, keyOf(ingress), draft => {
    draft.status = { loadBalancer: balancer };
  });
  if (plan.refused) return terminal(plan.refused.reason, plan.refused.message);
  for (const problem of plan.problems) context.event(ingress, 'Warning', 'BackendNotFound', problem);
  return done;
}
