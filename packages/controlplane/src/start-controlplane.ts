import type { Runtime } from '@slipway/runtime';
import { type ControlplaneOptions, controllers } from './controllers.ts';

/** Adds the control plane to a runtime. Stopping the runtime stops it. */
export async function startControlplane(runtime: Runtime, options: ControlplaneOptions = {}): Promise<void> {
  runtime.add(controllers(options));
}
