import { keyOf, type Stored, timestamp } from '@slipway/api';
import { updateStatus } from '@slipway/client';
import { type Context, done, type Outcome } from '@slipway/runtime';
import type { Surroundings } from '../controllers.ts';
import { HttpRoute } from '../table/upstream.ts';
import { planRoute, routeStatus } from './plan.ts';

/** Writes what became of a route for each Gateway of ours that it names. */
export async function reconcileRoute(
  route: Stored<HttpRoute>,
  context: Context,
  { world }: Pick<Surroundings, 'world'>,
): Promise<Outcome> {
  const plan = planRoute(route, world(context));
  const now = timestamp(context.clock.now());
  const next = routeStatus(route, plan, now);
  if (next.parents.length === 0 && !route.status?.parents?.length) return done;
  await updateStatus(context.client, HttpRoute, keyOf(route), draft => {
    // Planned for this generation; a newer one brings us back.
    if (draft.metadata.generation === route.metadata.generation) draft.status = routeStatus(draft, plan, now);
  });
  for (const { conditions } of plan.parents) {
    for (const condition of conditions.filter(each => each.status === 'False')) {
      context.event(route, 'Warning', condition.reason, condition.message);
    }
  }
  return done;
}
