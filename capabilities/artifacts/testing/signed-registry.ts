// A registry over TLS with an image that the platform signed, one that somebody else signed, and one without.
import type { Ports } from '@slipway/definition';
import type { Digest } from '@slipway/oci';
import { selfSigned } from '../../../test/self-signed.ts';
import { type PlatformKey, platformKey } from '../signing/platform-key.ts';
import { provenanceOf } from '../signing/provenance.ts';
import { wordKeys } from '../signing/signing.fixture.ts';
import { publish } from '../technologies/oci-registry/build/assemble.ts';
import { signImage } from '../technologies/oci-registry/build/sign/sign-image.ts';
import { startTestRegistry, type TestRegistry } from '../technologies/oci-registry/testbed.ts';

export interface SignedRegistry {
  ports: Pick<Ports, 'resolve' | 'token'>;
  url: string;
  key: PlatformKey;
  other: PlatformKey;
  signed: Digest;
  signedByOther: Digest;
  unsigned: Digest;
  close(): Promise<void>;
}

const REPOSITORY = 'acme/shop';
const reference = { registry: 'registry.slipway.internal', repository: REPOSITORY };

/** Nobody listens there. */
export const reflexive: SignedRegistry['ports'] = {
  resolve: name => ({ host: '127.0.0.1', port: 1, serverName: name, ca: '' }),
  token: async () => 'ada',
};

export async function startSignedRegistry(how = { tls: true }): Promise<SignedRegistry> {
  const tls = await selfSigned({ names: ['registry.slipway.internal'] });
  const registry = await startTestRegistry(how.tls ? { tls } : {});
  const key = await platformKey(wordKeys('platform'), 'first');
  const other = await platformKey(wordKeys('another platform'), 'first');
  return {
    ports: {
      resolve: name => ({ host: '127.0.0.1', port: registry.port, serverName: name, ca: tls.cert }),
      token: async () => 'ada',
    },
    url: registry.url,
    key,
    other,
    signed: await image(registry, 'signed', key),
    signedByOther: await image(registry, 'other', other),
    unsigned: await image(registry, 'unsigned'),
    close: () => registry.close(),
  };
}

async function image({ opened }: TestRegistry, word: string, key?: PlatformKey): Promise<Digest> {
  const { registry } = opened;
  return publish(registry, {
    repository: REPOSITORY,
    tags: [word],
    config: {
      architecture: 'amd64',
      os: 'linux',
      config: { Labels: { word } },
      rootfs: { type: 'layers', diff_ids: [] },
    },
    layers: [],
    attach: async described => {
      if (key) await signImage({ registry, key, reference, provenance }, described);
    },
  });
}

const provenance = provenanceOf({
  spec: { source: { git: { url: 'https://git.slipway.internal/acme/shop.git', revision: 'main' } } },
  commit: 'c'.repeat(40),
  build: { namespace: 'team-acme', name: 'shop-1', uid: 'u1' },
  recipe: 'dockerfile',
  bases: [],
  sbom: { digest: `sha256:${'d'.repeat(64)}` },
  version: '0.1.0',
  startedOn: '2026-01-02T03:04:05.000Z',
  finishedOn: '2026-01-02T03:04:06.000Z',
});
