import type { Technology, WiringSettings } from '@slipway/definition';
import type { Controller } from '@slipway/runtime';
import { generatedSecrets } from './generated-secret/reconcile.ts';

/** One chosen technology, and how its controllers find it. */
export interface Wired {
  technology: Technology;
  settings: WiringSettings;
}

/**
 * Everything that keeps a cluster's tools wired to each other: what nobody needs to grant, and each chosen technology's
 * own. The same list runs in the command line during `apply` and in the platform on the cluster.
 */
export function wiringControllers(chosen: Wired[]): Controller[] {
  return [
    generatedSecrets(),
    ...chosen.flatMap(({ technology, settings }) => technology.wiring?.(settings) ?? []),
  ];
}
