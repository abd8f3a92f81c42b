import type { Settings } from '@slipway/definition';
import type { Controller } from '@slipway/runtime';

/** Everything this engine reconciles. */
export function controllersOf(_settings: Settings): Controller[] {
  return [];
}
