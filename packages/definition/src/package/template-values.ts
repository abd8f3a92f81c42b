import { type Clock, type Random, SlipwayError } from '@slipway/api';
import { type GoValue, goMap } from '@slipway/render';

/** Whole numbers are Go's int, so that a million does not print as 1e+06. */
export function goValue(value: unknown): GoValue {
  if (Array.isArray(value)) return value.map(goValue);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value !== 'object' || value === null) return value as GoValue;
  return goMap(Object.fromEntries(Object.entries(value).map(([key, each]) => [key, goValue(each)])));
}

/** What a plan may not depend on. */
export function noChance(whose: string): { clock: Clock; random: Random } {
  const refuse = (): never => {
    throw new SlipwayError(
      'PackageInvalid',
      `${whose}: a template asks for the time or for chance, and the same files have to come to the same objects; take it as a parameter`,
    );
  };
  return { clock: { now: refuse, sleep: refuse }, random: { bytes: refuse, uuid: refuse } };
}
