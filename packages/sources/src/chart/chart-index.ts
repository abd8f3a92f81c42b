import { SlipwayError } from '@slipway/api';
import {
  compareVersions,
  parseConstraint,
  parseVersion,
  parseYaml,
  satisfies,
  type Version,
} from '@slipway/render';

/** What a chart repository's `index.yaml` says of one version of a chart. */
export interface IndexEntry {
  version: string;
  urls: string[];
  /** SHA-256 of the archive in hex; '' when it is not said. */
  digest: string;
}

/** Versions of each chart, the newest first. */
export type ChartIndex = Map<string, IndexEntry[]>;

const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Reads `index.yaml`. Entries without a version are left out, as Helm leaves them out.
 * @throws SlipwayError IndexInvalid
 */
export function parseIndex(text: string, repoURL: string): ChartIndex {
  const invalid = (why: string) => new SlipwayError('IndexInvalid', `${repoURL}: index.yaml: ${why}`);
  let value: unknown;
  try {
    value = text.trimStart().startsWith('{')
      ? JSON.parse(text)
      : parseYaml(text, 'index.yaml', { maxBytes: MOST_BYTES, maxValues: 20_000_000 })[0]?.value;
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
  if (!isMap(value)) throw invalid('is no mapping');
  if (!value.apiVersion) throw invalid('no API version specified');
  const entries = isMap(value.entries) ? value.entries : {};
  return new Map(
    Object.entries(entries).map(([name, versions]) => [
      name,
      Array.isArray(versions) ? sorted(versions) : [],
    ]),
  );
}

function sorted(versions: unknown[]): IndexEntry[] {
  const entries = versions.filter(isMap).flatMap(each => {
    const version = String(each.version ?? '');
    if (version === '') return [];
    const urls = Array.isArray(each.urls) ? each.urls.map(String) : [];
    return [{ entry: { version, urls, digest: String(each.digest ?? '') }, parsed: tryVersion(version) }];
  });
  entries.sort((a, b) => {
    if (!a.parsed || !b.parsed) return Number(!a.parsed) - Number(!b.parsed);
    return compareVersions(b.parsed, a.parsed);
  });
  return entries.map(({ entry }) => entry);
}

/**
 * The entry that Helm takes: that very version, else the newest that the constraint allows; without one, the newest
 * that is no pre-release. Undefined when there is none.
 * @throws Error for what is no constraint, in the library's words
 */
export function chooseEntry(entries: IndexEntry[], wanted: string): IndexEntry | undefined {
  const constraint = parseConstraint(wanted || '*');
  const exact = wanted === '' ? undefined : entries.find(({ version }) => version === wanted);
  return exact ?? entries.find(({ version }) => isIn(tryVersion(version), constraint));
}

/** The newest of `versions` that a constraint allows. @throws Error for what is no constraint */
export function newestOf(versions: string[], wanted: string): string | undefined {
  const constraint = parseConstraint(wanted || '*');
  let best: Version | undefined;
  for (const version of versions.map(tryVersion))
    if (version && isIn(version, constraint) && (!best || compareVersions(version, best) > 0)) best = version;
  return best?.original;
}

/** True for what names one version: no range has to be worked out. */
export function isVersion(text: string): boolean {
  return tryVersion(text) !== undefined;
}

function isIn(version: Version | undefined, constraint: ReturnType<typeof parseConstraint>): boolean {
  return version !== undefined && satisfies(version, constraint);
}

function tryVersion(text: string): Version | undefined {
  try {
    return parseVersion(text);
  } catch {
    return undefined;
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
