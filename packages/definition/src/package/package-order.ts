import { SlipwayError } from '@slipway/api';
import { parseConstraint, parseVersion, satisfies } from '@slipway/render';

/** Contracts that the platform itself meets; without a version when nobody says which. */
export type Provided = Record<string, string | undefined>;

/** Packages whose needs nothing meets, or that wait for one another; each problem is a line. */
export class PackageOrderError extends SlipwayError {
  readonly problems: string[];
  constructor(problems: string[]) {
    super('PackagesUnordered', problems.join('\n'));
    this.name = 'PackageOrderError';
    this.problems = problems;
  }
}

/** What a package meets and needs. */
export interface Contracts {
  name: string;
  provides?: Record<string, string>;
  requires?: Record<string, string>;
}

/**
 * Packages in the order they are applied: whoever provides a contract comes before whoever requires it, otherwise by
 * name. The order they were given in plays no part.
 * @throws PackageOrderError naming every unmet requirement, and every circle with its members
 */
export function orderPackages<T extends Contracts>(packages: T[], provided: Provided): T[] {
  const unmet = packages.flatMap(each => unmetOf(each, packages, provided));
  if (unmet.length > 0) throw new PackageOrderError(unmet);
  const waiting = packages.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const done: T[] = [];
  while (waiting.length > 0) {
    const next = waiting.findIndex(each => needsOf(each, waiting, provided).length === 0);
    if (next < 0) throw new PackageOrderError([circleOf(waiting, provided)]);
    done.push(...waiting.splice(next, 1));
  }
  return done;
}

function requirements({ requires }: Contracts): [contract: string, versions: string][] {
  return Object.entries(requires ?? {});
}

/** What of a package's needs nothing meets, each in a sentence. */
export function unmetOf(each: Contracts, all: Contracts[], provided: Provided): string[] {
  return requirements(each).flatMap(([contract, versions]) => {
    if (isMet(contract, versions, provided)) return [];
    const offers = providersOf(contract, all).filter(({ name }) => name !== each.name);
    if (offers.some(({ version }) => fits(version, versions))) return [];
    const there = [
      ...offers.map(({ name, version }) => `package ${name} provides ${version}`),
      ...(contract in provided
        ? [`the platform provides ${provided[contract] ?? 'it without a version'}`]
        : []),
    ];
    const found = there.length > 0 ? there.join(', ') : 'nothing provides it';
    return [`package ${each.name}: requires ${contract} ${versions}, and ${found}`];
  });
}

function isMet(contract: string, versions: string, provided: Provided): boolean {
  if (!(contract in provided)) return false;
  const version = provided[contract];
  return version === undefined ? versions.trim() === '*' : fits(version, versions);
}

function providersOf(contract: string, all: Contracts[]): { name: string; version: string }[] {
  return all.flatMap(each => {
    const version = each.provides?.[contract];
    return version === undefined ? [] : [{ name: each.name, version }];
  });
}

function fits(version: string, versions: string): boolean {
  return satisfies(parseVersion(version), parseConstraint(versions));
}

/** Packages among `all` that have to come before this one. */
function needsOf<T extends Contracts>(each: T, all: T[], provided: Provided): T[] {
  return requirements(each).flatMap(([contract, versions]) => {
    if (isMet(contract, versions, provided)) return [];
    return all.filter(other => {
      const version = other.provides?.[contract];
      return other !== each && version !== undefined && fits(version, versions);
    });
  });
}

/** `package a waits for b (queue), b for a (store)` */
function circleOf(waiting: Contracts[], provided: Provided): string {
  const trail: Contracts[] = [];
  let at = waiting[0];
  while (at && !trail.includes(at)) {
    trail.push(at);
    at = needsOf(at, waiting, provided)[0];
  }
  const circle = trail.slice(at ? trail.indexOf(at) : 0);
  const names = [...circle, circle[0]].map(each => each?.name ?? '');
  return `packages wait for one another in a circle: ${names.join(' → ')}; one of them has to do without`;
}
