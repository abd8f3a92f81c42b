import { type LabelSelector, matchesLabels, requirementsOf } from '@slipway/api';
import type { Params } from '../spec.ts';
import { flatten } from './flatten.ts';

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

/**
 * Parameters that a selector lets through: names are dotted, values any text, addresses of clusters too.
 * @throws Error "error parsing label selector: …"
 */
export function selectParams(params: Params[], selector: LabelSelector | undefined): Params[] {
  if (!selector) return params;
  const requirements = requirementsOf(selector);
  for (const { operator, values, key } of requirements) {
    const refuse = (why: string) => new Error(`error parsing label selector: ${why}`);
    if (!OPERATORS.includes(operator))
      throw refuse(`${JSON.stringify(operator)} is not a valid pod selector operator`);
    const needsValues = operator === 'In' || operator === 'NotIn';
    if (needsValues && values.length === 0)
      throw refuse(`values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty`);
    if (!needsValues && values.length > 0)
      throw refuse(
        `values: Invalid value: ${JSON.stringify(values)}: values set must be empty for exists and does not exist`,
      );
    if (key === '') throw refuse('key: Invalid value: "": name part must be non-empty');
  }
  return params.filter(each => matchesLabels(requirements, flatten(each)));
}
