/** A semantic version as Go's Masterminds/semver v3.5 holds it; Helm, sprig and Argo CD compare versions with it. */
export interface Version {
  major: bigint;
  minor: bigint;
  patch: bigint;
  /** Without the `-`; '' for none. */
  prerelease: string;
  /** Without the `+`; '' for none. */
  metadata: string;
  /** As it was written. */
  original: string;
}

const LONGEST = 256;
const LOOSE =
  /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;
const MOST = 2n ** 64n;

/**
 * Reads a version, missing parts being zero: `v1.2` is 1.2.0.
 * @throws Error in the library's words
 */
export function parseVersion(text: string): Version {
  if (text.length > LONGEST) throw new Error(`version string is too long (max ${LONGEST} bytes)`);
  const match = LOOSE.exec(text);
  if (!match) throw new Error('invalid semantic version');
  const [, major = '', minor = '0', patch = '0', prerelease = '', metadata = ''] = match;
  if (prerelease.split('.').some(part => /^0\d+$/.test(part)))
    throw new Error('version segment starts with 0');
  const version = { major: segment(major), minor: segment(minor), patch: segment(patch) };
  return { ...version, prerelease, metadata, original: text };
}

/** As `parseVersion`, but only full versions without a leading `v` and without leading zeros count. */
export function parseStrictVersion(text: string): Version {
  if (text === '') throw new Error('version string empty');
  const version = parseVersion(text);
  const full = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:[-+]|$)/.test(text);
  if (!full) throw new Error('invalid semantic version');
  return version;
}

function segment(text: string): bigint {
  const value = BigInt(text);
  if (value < MOST) return value;
  throw new Error(
    `error parsing version segment: strconv.ParseUint: parsing ${JSON.stringify(text)}: value out of range`,
  );
}

/** The version in full: `1.2.0-rc.1+build`. */
export function formatVersion({ major, minor, patch, prerelease, metadata }: Version): string {
  return `${major}.${minor}.${patch}${prerelease && `-${prerelease}`}${metadata && `+${metadata}`}`;
}

/** Below zero when `a` comes before `b`; metadata does not count. */
export function compareVersions(a: Version, b: Version): number {
  for (const part of ['major', 'minor', 'patch'] as const)
    if (a[part] !== b[part]) return a[part] < b[part] ? -1 : 1;
  if (a.prerelease === b.prerelease) return 0;
  if (a.prerelease === '') return 1;
  if (b.prerelease === '') return -1;
  return comparePrereleases(a.prerelease, b.prerelease);
}

/** `alpha.2` before `alpha.10`: numbers as numbers, and before words. */
export function comparePrereleases(a: string, b: string): number {
  const [as, bs] = [a.split('.'), b.split('.')];
  for (let at = 0; at < Math.max(as.length, bs.length); at++) {
    const order = comparePart(as[at] ?? '', bs[at] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

function comparePart(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '') return -1;
  if (b === '') return 1;
  const [aNumber, bNumber] = [isUint(a), isUint(b)];
  if (!aNumber && !bNumber) return a > b ? 1 : -1;
  if (!bNumber) return -1;
  if (!aNumber) return 1;
  return BigInt(a) > BigInt(b) ? 1 : -1;
}

function isUint(text: string): boolean {
  return /^\d+$/.test(text) && BigInt(text) < MOST;
}
