import { SlipwayError } from '@slipway/api';

/** Who comes before whom, by id: `before` has to, `rather` should where nothing speaks against it. */
export interface OrderWish {
  id: string;
  before: string[];
  rather: string[];
}

/**
 * Ids in an order that keeps every `before`, and every `rather` that can be kept; otherwise as they are given.
 * @throws SlipwayError WishCycle naming the circle
 */
export function componentOrder(wishes: OrderWish[]): string[] {
  const byId = new Map(wishes.map(wish => [wish.id, wish]));
  const strict = strictOrder(byId);
  const needs = (id: string, other: string): boolean =>
    (byId.get(id)?.before ?? []).some(each => each === other || needs(each, other));
  const result: string[] = [];
  const place = (id: string, path: string[]): void => {
    if (result.includes(id) || path.includes(id)) return;
    const { before = [], rather = [] } = byId.get(id) ?? {};
    const soft = rather.filter(each => byId.has(each) && !needs(each, id));
    for (const each of [...before, ...soft]) if (byId.has(each)) place(each, [...path, id]);
    if (before.every(each => result.includes(each) || !byId.has(each))) result.push(id);
  };
  for (const id of strict) place(id, []);
  // What a circle of soft wishes left out comes as the hard ones say.
  return [...result, ...strict.filter(id => !result.includes(id))];
}

function strictOrder(byId: Map<string, OrderWish>): string[] {
  const result: string[] = [];
  const visit = (id: string, path: string[]): void => {
    if (result.includes(id) || !byId.has(id)) return;
    if (path.includes(id)) {
      const circle = [...path.slice(path.indexOf(id)), id].join(' → ');
      throw new SlipwayError(
        'WishCycle',
        `${circle}: each of them needs the next one first; choose another technology for one`,
      );
    }
    for (const each of byId.get(id)?.before ?? []) visit(each, [...path, id]);
    result.push(id);
  };
  for (const id of byId.keys()) visit(id, []);
  return result;
}
