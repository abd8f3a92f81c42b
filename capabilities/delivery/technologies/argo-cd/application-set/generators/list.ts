import { parseYaml } from '@slipway/render';
import type { ListGenerator, Params } from '../spec.ts';
import { isMap } from '../template/merge-template.ts';
import type { Ground } from './ground.ts';

/** Parameters that stand in the ApplicationSet itself. */
export function listParams({ elements = [], elementsYaml = '' }: ListGenerator, ground: Ground): Params[] {
  const given = elements.map(element => {
    if (!isMap(element)) throw new Error('error unmarshling list element: it is no object');
    return ground.isGoTemplate ? element : flatElement(element);
  });
  return [...given, ...readYaml(elementsYaml)];
}

/** Without Go templates everything is a text, one level deep but for `values`. */
function flatElement(element: Record<string, unknown>): Params {
  const params: Params = {};
  for (const [key, value] of Object.entries(element)) {
    if (key !== 'values') {
      params[key] = textOf(value);
      continue;
    }
    if (!isMap(value)) throw new Error('error parsing values map');
    for (const [name, each] of Object.entries(value)) params[`values.${name}`] = textOf(each);
  }
  return params;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Error(`error parsing value as string: ${JSON.stringify(value)}`);
}

function readYaml(text: string): Params[] {
  if (text === '') return [];
  const value = parseYaml(text, 'elementsYaml')[0]?.value ?? [];
  if (Array.isArray(value) && value.every(isMap)) return value;
  throw new Error('error unmarshling decoded ElementsYaml: a list of objects is expected');
}
