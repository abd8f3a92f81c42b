import { SlipwayError } from '@slipway/api';
import { type InternalRequest, internalRequest, type Ports } from '@slipway/definition';
import type { KnownImage } from './plan.ts';

const REGISTRY = 'https://registry.slipway.internal/v2';
const MOST_TAGS = 1000;

interface Descriptor {
  digest?: string;
}
interface Manifest {
  config?: Descriptor;
  layers?: Descriptor[];
  manifests?: Descriptor[];
}

/** A service's images, by the registry's own API (OCI distribution). Every method rejects with `Registry`. */
export interface Images {
  /** The tagged images of a repository, and those of `digests` that are in it. */
  find(repository: string, digests: string[]): Promise<KnownImage[]>;
  /** Deletes an image with everything that refers to it; blobs that nobody else needs are the collector's. */
  remove(image: KnownImage): Promise<void>;
}

export function imagesIn(ports: Pick<Ports, 'resolve' | 'token'>): Images {
  const ask = (path: string, method: InternalRequest['method'] = 'GET') =>
    internalRequest(ports, { url: `${REGISTRY}/${path}`, method, headers: { accept: '*/*' } });
  const read = async (path: string): Promise<unknown> => {
    const answer = await ask(path);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw refused(path, answer.status);
    return answer.json();
  };
  const digestOf = async (repository: string, reference: string): Promise<string | undefined> => {
    const { status, headers } = await ask(`${repository}/manifests/${reference}`, 'HEAD');
    if (status === 404) return undefined;
    if (status !== 200) throw refused(`${repository}/manifests/${reference}`, status);
    return String(headers['docker-content-digest'] ?? '');
  };
  const drop = async (path: string) => {
    const { status } = await ask(path, 'DELETE');
    // 400, 405: something else in the repository needs this blob.
    if (![200, 202, 404, 400, 405].includes(status)) throw refused(path, status);
  };
  const blobsOf = async (repository: string, digest: string): Promise<string[]> => {
    const manifest = (await read(`${repository}/manifests/${digest}`)) as Manifest | undefined;
    const own = [manifest?.config, ...(manifest?.layers ?? [])].flatMap(each => each?.digest ?? []);
    const referrers = (await read(`${repository}/referrers/${digest}`)) as Manifest | undefined;
    const below = [...(manifest?.manifests ?? []), ...(referrers?.manifests ?? [])];
    const deeper = await Promise.all(
      below.map(each => (each.digest ? blobsOf(repository, each.digest) : [])),
    );
    return [...new Set([...own, ...deeper.flat()])];
  };
  return {
    find: async (repository, digests) => {
      const list = (await read(`${repository}/tags/list?n=${MOST_TAGS}`)) as { tags?: string[] } | undefined;
      const images = new Map<string, string[]>();
      for (const tag of list?.tags ?? []) {
        const digest = await digestOf(repository, tag);
        if (digest) images.set(digest, [...(images.get(digest) ?? []), tag]);
      }
      const untagged = list ? digests.filter(digest => !images.has(digest)) : [];
      for (const digest of untagged) if (await digestOf(repository, digest)) images.set(digest, []);
      return [...images].map(([digest, tags]) => ({
        name: `${repository}@${digest}`,
        because: tags.length > 0 ? `tagged ${tags.join(', ')}, with all that refers to it` : 'built for it',
      }));
    },
    remove: async ({ name }) => {
      const [repository = '', digest = ''] = name.split('@');
      const blobs = await blobsOf(repository, digest);
      const { status } = await ask(`${repository}/manifests/${digest}`, 'DELETE');
      if (![200, 202, 404].includes(status)) throw refused(name, status);
      for (const blob of blobs) await drop(`${repository}/blobs/${blob}`);
    },
  };
}

function refused(what: string, status: number): SlipwayError {
  return new SlipwayError('Registry', `${what}: the registry answered ${status}`);
}
