import { type AdmittedWrite, type Admitter, type Judgement, messageOf } from '@slipway/api';
import type { Ports } from '@slipway/definition';
import type { Pod } from '@slipway/kinds';
import { parseReference } from '@slipway/oci';
import type { VerifyingKey } from '../../signing/platform-key.ts';
import { SIGNATURE } from '../../signing/statement.ts';
import { type ImageName, imageProofs } from './image-proofs.ts';
import type { VerifyPolicy } from './parameters.ts';

const REGISTRY = 'registry.slipway.internal';
const MOST_REMEMBERED = 2_000;

export interface PolicyOptions extends Pick<Ports, 'resolve' | 'token'> {
  policy: VerifyPolicy;
  keys: () => Promise<VerifyingKey[]>;
}

/**
 * Refuses pods of the policy's namespaces, or warns of them, when an image is not named by a digest that one of the
 * platform's keys signed. What cannot be verified is not verified: a registry that does not answer refuses, too.
 */
export function signaturePolicy(options: PolicyOptions): Admitter {
  const { policy } = options;
  const namespaces = policy.namespaces.map(patternOf);
  const signedBy = new Map<string, string>();
  return {
    kinds: [{ group: '', plural: 'pods' }],
    judge: async write => {
      if (!bringsImages(write)) return {};
      if (!namespaces.some(pattern => pattern.test(write.namespace ?? ''))) return {};
      const problems = await Promise.all(newImages(write).map(image => problemOf(options, image, signedBy)));
      return judgementOf(
        policy,
        problems.filter(problem => problem !== undefined),
      );
    },
  };
}

function judgementOf({ mode }: VerifyPolicy, problems: string[]): Judgement {
  if (problems.length === 0) return {};
  if (mode === 'warn') return { warnings: problems };
  return { refused: problems.join('; ') };
}

/** Other subresources change no image, or are no pod at all: `binding`, `eviction`. */
function bringsImages({ subresource }: AdmittedWrite): boolean {
  return subresource === undefined || subresource === 'ephemeralcontainers';
}

/** Images that the write brings; what ran before may stay as it is. */
function newImages({ object, oldObject }: AdmittedWrite): string[] {
  const before = new Set(oldObject ? imagesOf(oldObject as Pod) : []);
  return [...new Set(imagesOf(object as Pod))].filter(image => !before.has(image));
}

function imagesOf({ spec }: Pod): string[] {
  const { ephemeralContainers = [] } = spec as { ephemeralContainers?: { image?: string }[] };
  const containers = [...(spec.initContainers ?? []), ...spec.containers, ...ephemeralContainers];
  return containers.map(({ image }) => image ?? '');
}

async function problemOf(
  options: PolicyOptions,
  image: string,
  signedBy: Map<string, string>,
): Promise<string | undefined> {
  const keys = await options.keys();
  const wanted = `by a key of this platform (${keys.map(({ name }) => name).join(', ') || 'there is none'})`;
  const say = (why: string, advice: string) =>
    `image ${JSON.stringify(image)} is not signed ${wanted}: ${why}; ${advice}`;
  try {
    const own = ownImage(image);
    if (!own) return say('it does not name an image of this platform by its digest', ADVICE);
    const known = `${own.repository}@${own.digest}`;
    if (keys.some(({ name }) => name === signedBy.get(known))) return undefined;
    const proofs = await imageProofs(options, own, { keys, predicateType: SIGNATURE });
    const signature = proofs.find(({ verified }) => verified)?.verified;
    if (!signature) return say(proofs[0]?.problem ?? 'it has no signature', ADVICE);
    if (signedBy.size >= MOST_REMEMBERED) signedBy.clear();
    signedBy.set(known, signature.key);
    return undefined;
  } catch (error) {
    return say(`it cannot be verified: ${messageOf(error)}`, 'try again when the registry answers');
  }
}

const ADVICE = 'let a pipeline of the platform build it, and name it with @sha256:…';

function ownImage(image: string): ImageName | undefined {
  const { registry, repository, digest } = parseReference(image);
  return registry === REGISTRY && digest !== undefined ? { repository, digest } : undefined;
}

/** `*-prod`: `*` stands for any letters. */
function patternOf(text: string): RegExp {
  return new RegExp(`^${text.replaceAll('*', '[-a-z0-9]*')}$`);
}
