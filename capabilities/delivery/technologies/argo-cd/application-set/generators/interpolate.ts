import { messageOf } from '@slipway/api';
import type { Generator, Params } from '../spec.ts';
import { isMap } from '../template/merge-template.ts';
import { type Renderer, renderDeep } from '../template/renderer.ts';
import type { Ground } from './ground.ts';

/** A generator whose own fields refer to the parameters of the one before it. */
export function interpolate(generator: Generator, params: Params, ground: Ground): Generator {
  try {
    return visit(generator, params, ground) as Generator;
  } catch (error) {
    throw new Error(`failed to replace parameters in generator: ${messageOf(error)}`);
  }
}

function visit(value: unknown, params: Params, ground: Ground, owner = ''): unknown {
  if (Array.isArray(value)) return value.map(each => visit(each, params, ground));
  if (!isMap(value)) return renderDeep(value, params, ground.render);
  const entries = Object.entries(value).map(([key, each]) => {
    const isValues = key === 'values' && (owner === 'clusters' || owner === 'git') && isMap(each);
    const filled = isValues
      ? valuesOf(each, params, ground.renderStrictly)
      : visit(each, params, ground, key);
    return [ground.render(key, params), filled];
  });
  return Object.fromEntries(entries);
}

/** `values` may refer to the generator's own parameters, which are not known yet: those texts wait. */
function valuesOf(values: Params, params: Params, render: Renderer): Params {
  const entries = Object.entries(values).map(([key, value]) => {
    try {
      return [key, renderDeep(value, params, render)];
    } catch (error) {
      if (!/map has no entry for key|can't evaluate field/.test(messageOf(error)))
        throw new Error(`failed to pre-resolve Values key ${JSON.stringify(key)}: ${messageOf(error)}`);
      return [key, value];
    }
  });
  return Object.fromEntries(entries);
}
