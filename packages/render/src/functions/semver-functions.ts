import { type FunctionTable, GoError, goFunction } from '../go-template/function.ts';
import { type GoMethods, GoStruct, type GoValue, SizedInt, type StructType } from '../go-template/value.ts';
import { parseConstraint, satisfies } from '../semver/constraint.ts';
import { compareVersions, formatVersion, parseVersion, type Version } from '../semver/version.ts';
import type { Copied } from './deep-copy.ts';
import type { JsonValue } from './json-fields.ts';

const NO_VERSION = { major: 0n, minor: 0n, patch: 0n, prerelease: '', metadata: '', original: '' };

/** A `*semver.Version`, with the methods templates may call. */
class SemanticVersion extends GoStruct implements JsonValue, Copied {
  readonly version: Version;

  constructor(version: Version, pointer = true) {
    super(TYPE, {}, pointer);
    this.version = version;
  }

  toJson(): string {
    return formatVersion(this.version);
  }

  /** All of its fields are small letters in Go, so nothing comes over. */
  copied(): SemanticVersion {
    return new SemanticVersion(NO_VERSION, this.pointer);
  }
}

function versionOf(receiver: GoValue): Version {
  if (receiver instanceof SemanticVersion) return receiver.version;
  throw new GoError('runtime error: invalid memory address or nil pointer dereference');
}

const METHODS: GoMethods = {
  ...getters(
    {
      String: formatVersion,
      Original: version => version.original,
      Prerelease: version => version.prerelease,
      Metadata: version => version.metadata,
    },
    'string',
  ),
  ...getters(
    {
      Major: version => new SizedInt('uint64', version.major),
      Minor: version => new SizedInt('uint64', version.minor),
      Patch: version => new SizedInt('uint64', version.patch),
    },
    'uint64',
  ),
  ...getters(
    {
      IncMajor: ({ major }) => next(major + 1n, 0n, 0n),
      IncMinor: ({ major, minor }) => next(major, minor + 1n, 0n),
      // A pre-release comes before its version, which is the next one then.
      IncPatch: ({ major, minor, patch, prerelease }) =>
        next(major, minor, prerelease === '' ? patch + 1n : patch),
    },
    'semver.Version',
  ),
  ...comparisons({
    LessThan: order => order < 0,
    LessThanEqual: order => order <= 0,
    GreaterThan: order => order > 0,
    GreaterThanEqual: order => order >= 0,
    Equal: order => order === 0,
  }),
  Compare: receiver =>
    goFunction({ in: ['*semver.Version'], out: 'int' }, other =>
      BigInt(Math.sign(compareVersions(versionOf(receiver), versionOf(other)))),
    ),
};

const TYPE: StructType = { name: 'semver.Version', fields: {}, methods: METHODS };

function getters(all: Record<string, (version: Version) => GoValue>, out: string): GoMethods {
  return Object.fromEntries(
    Object.entries(all).map(([name, get]) => [
      name,
      (receiver: GoValue) => goFunction({ in: [], out }, () => get(versionOf(receiver))),
    ]),
  );
}

function comparisons(all: Record<string, (order: number) => boolean>): GoMethods {
  return Object.fromEntries(
    Object.entries(all).map(([name, holds]) => [
      name,
      (receiver: GoValue) =>
        goFunction({ in: ['*semver.Version'], out: 'bool' }, other =>
          holds(compareVersions(versionOf(receiver), versionOf(other))),
        ),
    ]),
  );
}

function next(major: bigint, minor: bigint, patch: bigint): SemanticVersion {
  const version = { major, minor, patch, prerelease: '', metadata: '', original: '' };
  return new SemanticVersion({ ...version, original: formatVersion(version) }, false);
}

function inGo<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new GoError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** Versions: sprig's semver.go over Masterminds/semver. */
export const semverFunctions: FunctionTable = {
  semver: goFunction(
    { in: ['string'], out: '*semver.Version' },
    text => new SemanticVersion(inGo(() => parseVersion(text))),
  ),
  semverCompare: goFunction({ in: ['string', 'string'], out: 'bool' }, (constraint, version) =>
    inGo(() => {
      const range = parseConstraint(constraint);
      return satisfies(parseVersion(version), range);
    }),
  ),
};
