import { comparePrereleases, compareVersions, parseVersion, type Version } from './version.ts';

/** A range of versions as Go's Masterminds/semver v3.5 reads it: `>=1.2 <2 || ~3.1`, `1.x`, `^0.2.3`, `1.0 - 2.0`. */
export interface Constraint {
  /** Alternatives; in each, all of its rules have to hold. */
  alternatives: { rules: Rule[]; prereleases: boolean }[];
}

interface Rule {
  operator: string;
  version: Version;
  /** Parts were left out, or are `x`. */
  open: boolean;
  minorOpen: boolean;
  patchOpen: boolean;
}

const LONGEST = 512;
const MOST_ALTERNATIVES = 32;
const PARTS = String.raw`v?([0-9|xX*]+)(\.[0-9|xX*]+)?(\.[0-9|xX*]+)?(-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?`;
const RANGE = new RegExp(String.raw`\s*(${PARTS})\s+-\s+(${PARTS})\s*`, 'g');
const RULE = new RegExp(String.raw`(=>|=<|>=|<=|!=|~>|=|>|<|~|\^|)\s*${PARTS}`, 'y');
const GAP = /\s*(?:,\s*)?/y;

/**
 * Reads a constraint.
 * @throws Error in the library's words: `improper constraint: …`
 */
export function parseConstraint(text: string): Constraint {
  if (text.length > LONGEST) throw new Error(`constraint string is too long (max ${LONGEST} bytes)`);
  const rewritten = text.replace(
    RANGE,
    (_, from: string, ...rest: unknown[]) => `>= ${from}, <= ${rest[5]} `,
  );
  const alternatives = rewritten.split('||');
  if (alternatives.length > MOST_ALTERNATIVES)
    throw new Error(`too many constraint groups (max ${MOST_ALTERNATIVES})`);
  return {
    alternatives: alternatives.map(each => {
      const rules = rulesOf(each);
      return { rules, prereleases: rules.some(({ version }) => version.prerelease !== '') };
    }),
  };
}

/** Whether a version is in the range; pre-releases are only where the range names one. */
export function satisfies(
  version: Version,
  { alternatives }: Constraint,
  includePrereleases = false,
): boolean {
  return alternatives.some(({ rules, prereleases }) =>
    rules.every(
      rule => (version.prerelease === '' || prereleases || includePrereleases) && holds(version, rule),
    ),
  );
}

/** Rules are read one after the other without going back, so that no text takes long. */
function rulesOf(text: string): Rule[] {
  const improper = () => new Error(`improper constraint: ${JSON.stringify(text)}`);
  const rules: RegExpExecArray[] = [];
  let at = text.length - text.trimStart().length;
  while (at < text.length) {
    RULE.lastIndex = at;
    const match = RULE.exec(text);
    if (!match) throw improper();
    rules.push(match);
    GAP.lastIndex = RULE.lastIndex;
    const gap = GAP.exec(text)?.[0] ?? '';
    at = RULE.lastIndex + gap.length;
    if (gap === '' && at < text.length) throw improper();
    if (gap.includes(',') && at >= text.length) throw improper();
  }
  if (rules.length === 0) throw improper();
  return rules.map(ruleOf);
}

function ruleOf([, operator = '', major = '', minor = '', patch = '', pre = '']: RegExpExecArray): Rule {
  const rule = { operator, open: true, minorOpen: false, patchOpen: false };
  if (isOpen(major)) return { ...rule, version: versionOf(`0.0.0${pre}`) };
  if (isOpen(minor)) return { ...rule, minorOpen: true, version: versionOf(`${major}.0.0${pre}`) };
  if (isOpen(patch)) return { ...rule, patchOpen: true, version: versionOf(`${major}${minor}.0${pre}`) };
  return { ...rule, open: false, version: versionOf(`${major}${minor}${patch}${pre}`) };
}

function isOpen(part: string): boolean {
  return ['', 'x', 'X', '*'].includes(part.replace('.', ''));
}

function versionOf(text: string): Version {
  try {
    return parseVersion(text);
  } catch {
    throw new Error('constraint parser error');
  }
}

function holds(version: Version, rule: Rule): boolean {
  const order = compareVersions(version, rule.version);
  switch (rule.operator) {
    case '!=':
      return differs(version, rule, order);
    case '>':
      return isGreater(version, rule, order);
    case '<':
      return order < 0;
    case '>=':
    case '=>':
      return order >= 0;
    case '<=':
    case '=<':
      return isAtMost(version, rule, order);
    case '~':
    case '~>':
      return isNear(version, rule, order);
    case '^':
      return isCompatible(version, rule, order);
    default:
      return rule.open ? isNear(version, rule, order) : order === 0;
  }
}

function differs(
  version: Version,
  { version: wanted, open, minorOpen, patchOpen }: Rule,
  order: number,
): boolean {
  if (!open) return order !== 0;
  if (wanted.major !== version.major) return true;
  if (wanted.minor !== version.minor && !minorOpen) return true;
  if (minorOpen) return false;
  if (wanted.patch !== version.patch && !patchOpen) return true;
  if (!patchOpen) return order !== 0;
  if (version.prerelease === '' && wanted.prerelease === '') return false;
  return comparePrereleases(version.prerelease, wanted.prerelease) !== 0;
}

/** `>11` begins at 12, `>11.1` at 11.2. */
function isGreater(
  version: Version,
  { version: wanted, open, minorOpen, patchOpen }: Rule,
  order: number,
): boolean {
  if (!open) return order > 0;
  if (version.major !== wanted.major) return version.major > wanted.major;
  if (minorOpen) return false;
  if (patchOpen) return version.minor > wanted.minor;
  return order > 0;
}

function isAtMost(version: Version, { version: wanted, open, minorOpen }: Rule, order: number): boolean {
  if (!open) return order <= 0;
  if (version.major > wanted.major) return false;
  return !(version.major === wanted.major && version.minor > wanted.minor && !minorOpen);
}

/** `~1.2.3` is `>=1.2.3 <1.3`, `~1` is `>=1 <2`; `~*` is everything. */
function isNear(version: Version, { version: wanted, minorOpen, patchOpen }: Rule, order: number): boolean {
  if (order < 0) return false;
  const zero = wanted.major === 0n && wanted.minor === 0n && wanted.patch === 0n;
  if (zero && !minorOpen && !patchOpen) return true;
  if (version.major !== wanted.major) return false;
  return version.minor === wanted.minor || minorOpen;
}

/** `^1.2.3` is `>=1.2.3 <2`, `^0.2.3` is `>=0.2.3 <0.3`, `^0.0.3` is that alone. */
function isCompatible(
  version: Version,
  { version: wanted, minorOpen, patchOpen }: Rule,
  order: number,
): boolean {
  if (order < 0) return false;
  if (wanted.major > 0n || minorOpen) return version.major === wanted.major;
  if (version.major > 0n) return false;
  if (wanted.minor > 0n || patchOpen) return version.minor === wanted.minor;
  if (version.minor > 0n) return false;
  return version.patch === wanted.patch;
}
