import { messageOf } from '@slipway/api';
import type { Params } from '../spec.ts';
import { stringMap } from '../template/string-map.ts';
import type { Ground } from './ground.ts';

/** Adds a generator's own `values`, which may refer to the parameters but not to one another. */
export function withValues(
  values: Record<string, string> | undefined,
  params: Params,
  { render, isGoTemplate }: Ground,
): Params {
  const filled: Record<string, string> = {};
  for (const [key, value] of Object.entries(values ?? {})) {
    try {
      filled[key] = render(value, params);
    } catch (error) {
      throw new Error(
        `failed to replace templated string: failed to replace templated string with rendered values: ${messageOf(error)}`,
      );
    }
  }
  if (Object.keys(filled).length === 0) return params;
  if (isGoTemplate) return { ...params, values: stringMap(filled) };
  const flat = Object.entries(filled).map(([key, value]) => [`values.${key}`, value]);
  return { ...params, ...Object.fromEntries(flat) };
}
