import { parseReference } from './reference.ts';

/** Where the image made of the host's own Node and shell can be pulled. */
export const HOST_IMAGE = 'registry.slipway.internal/slipway/host-base:latest';

/** Label on that image and on everything built from it. */
export const HOST_LABEL = 'dev.slipway.base';

const STAND_INS: Record<string, string> = {
  node: 'Node',
  busybox: 'a shell',
  alpine: 'a shell',
  debian: 'a shell',
  ubuntu: 'a shell',
  bash: 'a shell',
  'alpine/git': 'git',
  'curlimages/curl': 'a shell',
};

/**
 * The image that stands in for a well-known base when no registry answers: HOST_IMAGE for `node`, `busybox` and their
 * like from Docker Hub (or a mirror of its `library/`), undefined for everything else, which must then fail.
 */
export function hostImageFor(reference: string): string | undefined {
  const { repository } = parseReference(reference);
  const name = repository.startsWith('library/') ? repository.slice('library/'.length) : repository;
  return STAND_INS[name] === undefined ? undefined : HOST_IMAGE;
}
