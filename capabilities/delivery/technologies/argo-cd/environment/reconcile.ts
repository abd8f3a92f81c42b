import { Environment } from '@slipway/kinds';
import { type Controller, controller, done, terminal } from '@slipway/runtime';

/** Checks that promotion comes from an environment that exists and stands before. */
export function environmentController(): Controller {
  return controller<Environment>({
    name: 'environment',
    kind: Environment,
    condition: 'Ready',
    reconcile: async (environment, { cache }) => {
      const from = environment.spec.promotion?.from;
      if (from === undefined) return done;
      const before = cache(Environment).get({ name: from });
      if (!before)
        return terminal(
          'EnvironmentUnknown',
          `promotion.from: environment ${JSON.stringify(from)} does not exist`,
        );
      if (before.spec.order < environment.spec.order) return done;
      return terminal(
        'OrderWrong',
        `promotion.from: ${from} has order ${before.spec.order}, which is not before ${environment.spec.order}`,
      );
    },
  });
}
