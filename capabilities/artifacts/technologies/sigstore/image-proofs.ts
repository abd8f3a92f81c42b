import { messageOf, SlipwayError } from '@slipway/api';
import { internalRequest, type Ports } from '@slipway/definition';
import { digestOf, isDigest } from '@slipway/oci';
import { BUNDLE, BUNDLE_PREDICATE } from '../../signing/bundle.ts';
import type { VerifyingKey } from '../../signing/platform-key.ts';
import type { Statement } from '../../signing/statement.ts';
import { verifyBundle } from '../../signing/verify.ts';

const REGISTRY = 'registry.slipway.internal';
const BUNDLE_BYTES = 1 << 20;
/** Newer ones come last in a registry's list; somebody could hang on thousands. */
const MOST = 100;

/** A bundle that hangs on an image, and whether one of the keys signed what it says about that image. */
export interface ImageProof {
  /** Of the manifest that carries it. */
  manifest: string;
  verified?: { statement: Statement; key: string };
  /** Why it proves nothing. */
  problem?: string;
}

export interface ImageName {
  repository: string;
  digest: string;
}

interface Referrer {
  digest: string;
  artifactType?: string;
  annotations?: Record<string, string>;
}

type Asking = Pick<Ports, 'resolve' | 'token'>;

/**
 * Bundles of one predicate type on an image of our own registry, newest first, each verified with the keys.
 * @throws SlipwayError `ProofsUnreadable` when the registry does not answer as it should
 */
export async function imageProofs(
  ports: Asking,
  image: ImageName,
  { keys, predicateType }: { keys: readonly VerifyingKey[]; predicateType: string },
): Promise<ImageProof[]> {
  const path = `referrers/${image.digest}?artifactType=${encodeURIComponent(BUNDLE)}`;
  const index = parsed<{ manifests?: Referrer[] }>(await read(ports, image.repository, path));
  const bundles = (index.manifests ?? []).filter(
    each => each.artifactType === BUNDLE && each.annotations?.[BUNDLE_PREDICATE] === predicateType,
  );
  const newest = bundles.slice(-MOST).reverse();
  return Promise.all(
    newest.map(({ digest }) => proofOf(ports, image, { manifest: digest, keys, predicateType })),
  );
}

async function proofOf(
  ports: Asking,
  { repository, digest }: ImageName,
  {
    manifest,
    keys,
    predicateType,
  }: { manifest: string; keys: readonly VerifyingKey[]; predicateType: string },
): Promise<ImageProof> {
  try {
    const carrier = await readExactly(ports, repository, `manifests/${manifest}`, manifest);
    const [layer] = parsed<{ layers?: { digest: string }[] }>(carrier).layers ?? [];
    if (!layer) return { manifest, problem: 'its manifest names no bundle' };
    const bundle = await readExactly(ports, repository, `blobs/${layer.digest}`, layer.digest);
    const verified = verifyBundle(bundle, { digest, keys });
    if (!verified) return { manifest, problem: 'no key of this platform made it for this image' };
    const { statement, key } = verified;
    if (statement.predicateType === predicateType)
      return { manifest, verified: { statement, key: key.name } };
    return { manifest, problem: `it says ${statement.predicateType}` };
  } catch (error) {
    return { manifest, problem: messageOf(error) };
  }
}

async function readExactly(ports: Asking, repository: string, path: string, digest: string): Promise<Buffer> {
  const bytes = await read(ports, repository, path);
  if (isDigest(digest) && digestOf(bytes) === digest) return bytes;
  throw unreadable(repository, `${path} has other bytes than its digest says`);
}

async function read(ports: Asking, repository: string, path: string): Promise<Buffer> {
  const url = `https://${REGISTRY}/v2/${repository}/${path}`;
  const headers = { accept: '*/*' };
  const { status, body } = await internalRequest(ports, { url, headers, limit: BUNDLE_BYTES });
  if (status === 200) return body;
  throw unreadable(repository, `${path} answered ${status}`);
}

function parsed<T>(bytes: Buffer): T {
  return JSON.parse(bytes.toString()) as T;
}

function unreadable(repository: string, what: string): SlipwayError {
  return new SlipwayError('ProofsUnreadable', `proofs of images: ${repository}: ${what}`);
}
