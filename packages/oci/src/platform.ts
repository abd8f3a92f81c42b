import { arch } from 'node:os';
import { SlipwayError } from '@slipway/api';
import type { Descriptor, Platform } from './blobs.ts';
import type { ImageIndex } from './manifest.ts';

const ARCHITECTURES: Record<string, string> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' };

/** What containers on this machine run: Linux on its processor, in Go's words as images use them. */
export function hostPlatform(): Platform {
  return { os: 'linux', architecture: ARCHITECTURES[arch()] ?? arch() };
}

/**
 * The entry of an index that runs on a platform: same system and processor, an equal variant first.
 * @throws SlipwayError `PlatformMissing` naming what there is
 */
export function selectPlatform(index: ImageIndex, wanted: Platform): Descriptor {
  const fitting = index.manifests.filter(
    ({ platform }) => platform?.os === wanted.os && platform.architecture === wanted.architecture,
  );
  const exact = fitting.find(({ platform }) => platform?.variant === wanted.variant);
  const chosen = exact ?? fitting[0];
  if (chosen) return chosen;
  const only = index.manifests[0];
  if (index.manifests.length === 1 && only && !only.platform) return only;
  const offered = index.manifests.map(({ platform }) => (platform ? platformText(platform) : 'unnamed'));
  throw new SlipwayError(
    'PlatformMissing',
    `image index: no manifest for ${platformText(wanted)}: it offers ${offered.join(', ') || 'none'}`,
  );
}

function platformText({ os, architecture, variant }: Platform): string {
  return `${os}/${architecture}${variant === undefined ? '' : `/${variant}`}`;
}
