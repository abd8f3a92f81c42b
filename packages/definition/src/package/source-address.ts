import { SlipwayError } from '@slipway/api';
import { parseConstraint, parseVersion, satisfies } from '@slipway/render';

/** Where packages, blueprints and technologies come from. */
export type SourceAddress =
  /** A folder, relative to the definition's file (or to where the command is run). */
  | { path: string }
  /** A folder of a repository at a branch, tag or commit; default its root, and its default branch. `commit` pins it. */
  | { git: string; path?: string; ref?: string; commit?: string }
  /** `registry.example.com/team/spark:1.0.0`, or `…@sha256:…`. */
  | { oci: string }
  /** A Helm chart; `version` may be a range. */
  | { chart: { repository: string; name: string; version?: string } };

const text = { type: 'string', minLength: 1 };
const only = (required: string[], properties: object) => ({
  type: 'object',
  required,
  additionalProperties: false,
  properties,
});

/** Forms of a source address by the field that tells them apart. */
const FORMS = {
  git: only(['git'], { git: text, path: text, ref: text }),
  oci: only(['oci'], { oci: text }),
  chart: only(['chart'], {
    chart: only(['repository', 'name'], { repository: text, name: text, version: text }),
  }),
  path: only(['path'], { path: text }),
};

/** JSON Schema of a source address; says only what is wrong with the form that was meant. */
export const SOURCE_SCHEMA = {
  type: 'object',
  if: { required: ['git'] },
  // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
  then: FORMS.git,
  else: {
    if: { required: ['oci'] },
    // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
    then: FORMS.oci,
    else: {
      if: { required: ['chart'] },
      // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
      then: FORMS.chart,
      else: FORMS.path,
    },
  },
};

/**
 * What a person typed: `./folder`, `oci://registry/name:tag`, `git+https://host/repository.git//folder?ref=v1`,
 * `chart+https://host/charts/name@1.2.x`. An address of Git may stand without `git+` when it ends in `.git` or has
 * `.git//`.
 * @throws SlipwayError SourceInvalid
 */
export function parseSource(given: string): SourceAddress {
  if (given.startsWith('oci://')) return { oci: given.slice('oci://'.length) };
  if (given.startsWith('chart+')) return chartOf(given);
  const isGit = /^git\+/.test(given) || /^(https?|ssh):\/\/.*\.git(\/\/|\?|$)/.test(given);
  if (isGit) return gitOf(given.replace(/^git\+/, ''));
  if (/^[a-z][a-z0-9+.-]*:\/\//.test(given))
    throw new SlipwayError(
      'SourceInvalid',
      `source ${JSON.stringify(given)}: not known; write a folder, git+https://…, oci://… or chart+https://…`,
    );
  return { path: given };
}

function gitOf(given: string): SourceAddress {
  const [whole = '', commit] = given.split('#', 2);
  const [, url = '', path, query] = /^(.+?:\/\/[^?]*?|[^?]*?)(?:\/\/([^?]*))?(?:\?(.*))?$/.exec(whole) ?? [];
  const ref = new URLSearchParams(query ?? '').get('ref');
  return {
    git: url,
    ...(path ? { path } : {}),
    ...(ref ? { ref } : {}),
    ...(commit ? { commit } : {}),
  };
}

function chartOf(given: string): SourceAddress {
  const [, repository, name, version] = /^chart\+(.+)\/([^/@]+)(?:@(.+))?$/.exec(given) ?? [];
  if (repository && name) return { chart: { repository, name, ...(version ? { version } : {}) } };
  throw new SlipwayError(
    'SourceInvalid',
    `source ${JSON.stringify(given)}: a chart is written chart+https://host/charts/name@version`,
  );
}

/** The text that `parseSource` reads. */
export function sourceText(address: SourceAddress): string {
  if ('path' in address && !('git' in address)) return address.path;
  if ('oci' in address) return `oci://${address.oci}`;
  if ('chart' in address) {
    const { repository, name, version } = address.chart;
    return `chart+${repository}/${name}${version ? `@${version}` : ''}`;
  }
  const { git, path, ref, commit } = address as Extract<SourceAddress, { git: string }>;
  return `git+${git}${path ? `//${path}` : ''}${ref ? `?ref=${ref}` : ''}${commit ? `#${commit}` : ''}`;
}

/** Whether a pinned address is what an asked-for one may mean: the same place, at a version that it allows. */
export function isPinOf(pinned: SourceAddress, asked: SourceAddress): boolean {
  if ('chart' in pinned && 'chart' in asked) {
    const [locked, wanted] = [pinned.chart, asked.chart];
    const isSame = locked.repository === wanted.repository && locked.name === wanted.name;
    return isSame && fits(locked.version ?? '', wanted.version ?? '*');
  }
  if ('oci' in pinned && 'oci' in asked)
    return (
      pinned.oci === asked.oci || pinned.oci.split('@')[0] === asked.oci || sameDigest(pinned.oci, asked.oci)
    );
  if ('git' in pinned && 'git' in asked)
    return sourceText({ ...pinned, commit: '' }) === sourceText({ ...asked, commit: '' });
  return sourceText(pinned) === sourceText(asked);
}

function fits(version: string, wanted: string): boolean {
  try {
    return version === wanted || satisfies(parseVersion(version), parseConstraint(wanted));
  } catch {
    return false;
  }
}

/** `name@sha256:…` without a tag, of one with. */
function sameDigest(pinned: string, asked: string): boolean {
  const [name = '', digest] = pinned.split('@');
  return asked === `${name.replace(/:[^:/]+$/, '')}@${digest}`;
}
