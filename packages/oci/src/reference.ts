import { SlipwayError } from '@slipway/api';
import type { Digest } from './blobs.ts';
import { isDigest } from './digest.ts';

/** Where an image is: `registry/repository:tag@digest`. With a digest the tag is only a remark. */
export interface Reference {
  /** Host and port as they stand in the text, `docker.io` when it names none. */
  registry: string;
  /** `library/node` for `node`. */
  repository: string;
  /** `latest` when the text has neither tag nor digest. */
  tag?: string;
  digest?: Digest;
}

const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const REGISTRY = /^(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::\d{1,5})?$/;

/** Longest repository name (distribution-spec: many registries stop at 255 with the host). */
const REPOSITORY_CHARACTERS = 255;

/** True for a repository name of the distribution specification. */
export function isRepository(text: string): boolean {
  return text.length <= REPOSITORY_CHARACTERS && REPOSITORY.test(text);
}

export function isTag(text: string): boolean {
  return TAG.test(text);
}

/**
 * Reads a reference with the defaults that Docker and Kubernetes give short names.
 * @example
 * parseReference('node:22');        // docker.io, library/node, tag 22
 * @throws SlipwayError `ReferenceInvalid` naming the text
 */
export function parseReference(text: string): Reference {
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  const name = splitName(colon < 0 ? named : named.slice(0, colon));
  if (!REGISTRY.test(name.registry) || !isRepository(name.repository)) throw invalid(text, 'name');
  if (tag !== undefined && !isTag(tag)) throw invalid(text, 'tag');
  if (digest !== undefined && !isDigest(digest)) throw invalid(text, 'digest');
  if (digest !== undefined) return tag === undefined ? { ...name, digest } : { ...name, tag, digest };
  return { ...name, tag: tag ?? 'latest' };
}

function splitName(name: string): { registry: string; repository: string } {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const isHost = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  if (!isHost) return { registry: 'docker.io', repository: slash < 0 ? `library/${name}` : name };
  const registry = first === 'index.docker.io' ? 'docker.io' : first;
  const repository = name.slice(slash + 1);
  if (registry === 'docker.io' && !repository.includes('/')) {
    return { registry, repository: `library/${repository}` };
  }
  return { registry, repository };
}

function invalid(text: string, part: string): SlipwayError {
  return new SlipwayError(
    'ReferenceInvalid',
    `image reference: ${JSON.stringify(text)}: its ${part} is not valid; write registry/repository:tag or registry/repository@sha256:…`,
  );
}

/** The full text form. */
export function formatReference({ registry, repository, tag, digest }: Reference): string {
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}
