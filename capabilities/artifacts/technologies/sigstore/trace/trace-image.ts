import { type KeyProvider, messageOf } from '@slipway/api';
import type { Ports } from '@slipway/definition';
import { Build, type TraceLink, Workflow } from '@slipway/kinds';
import { isDigest, parseReference } from '@slipway/oci';
import type { Provenance } from '../../../signing/provenance.ts';
import { signingKeys } from '../../../signing/signing-keys.ts';
import { PROVENANCE, SIGNATURE } from '../../../signing/statement.ts';
import { type ImageName, type ImageProof, imageProofs } from '../image-proofs.ts';
import { gitCommit } from './git-commit.ts';
import { bad, found, missing } from './link.ts';
import { pushLink } from './push-link.ts';
import type { Answer, Reader } from './reader.ts';

export interface Tracing {
  ports: Pick<Ports, 'client' | 'clock' | 'resolve' | 'token'> & { keys: KeyProvider };
  reader: Reader;
}

const REGISTRY = 'registry.slipway.internal';

/** From an image back to the push that brought its source. */
export async function traceImage(tracing: Tracing, image: string): Promise<TraceLink[]> {
  const own = ownImage(image);
  if ('because' in own) return [missing('image', own.because, { image })];
  const { repository, digest } = own;
  const [team = '', ...rest] = repository.split('/');
  const right = { verb: 'get', group: 'artifacts.slipway.dev', resource: 'images' };
  if (!(await tracing.reader.may({ ...right, namespace: `team-${team}`, name: rest.join('/') })))
    return [missing('image', `you may not read the image ${repository}`, { image })];
  const here = found('image', 'it is in this platform’s registry, by digest', { image: repository, digest });
  const proofs = await proofsOf(tracing, own);
  if ('because' in proofs) {
    const unread = missing('signature', `the registry does not answer: ${proofs.because}`);
    return [here, unread, ...(await source(tracing, own, undefined))];
  }
  const [signatures, said] = proofs.value;
  const provenance = newestProvenance(said);
  return [
    here,
    signatureLink(signatures),
    provenanceLink(said, provenance),
    ...(await source(tracing, own, provenance)),
  ];
}

/** What hangs on the image: signatures, then provenance. */
async function proofsOf({ ports }: Tracing, image: ImageName): Promise<Answer<[ImageProof[], ImageProof[]]>> {
  const keys = (await signingKeys(ports.client, ports.keys)) ?? [];
  const read = (predicateType: string) => imageProofs(ports, image, { keys, predicateType });
  try {
    return { value: await Promise.all([read(SIGNATURE), read(PROVENANCE)]) };
  } catch (error) {
    return { because: messageOf(error) };
  }
}

/** An image of our registry that is named by its digest. */
function ownImage(image: string): ImageName | { because: string } {
  if (image === '') return { because: 'it names no image' };
  const { registry, repository, digest } = parseReference(image);
  if (registry !== REGISTRY) return { because: `it is from ${registry}: it was not built here` };
  if (digest === undefined || !isDigest(digest)) return { because: 'no digest says which image this is' };
  return { repository, digest };
}

function signatureLink(proofs: ImageProof[]): TraceLink {
  const good = proofs.find(({ verified }) => verified);
  if (good?.verified) {
    const facts = { key: good.verified.key, signature: good.manifest };
    return found('signature', 'this platform’s key signed it', facts);
  }
  const [first] = proofs;
  if (!first) return missing('signature', 'nobody signed it');
  return bad('signature', `what hangs on it proves nothing: ${first.problem}`, { signature: first.manifest });
}

interface SaidProvenance {
  manifest: string;
  key: string;
  predicate: Provenance;
}

/** The build that was done last, when several made the same image. */
function newestProvenance(proofs: ImageProof[]): SaidProvenance | undefined {
  return proofs
    .flatMap(({ manifest, verified }) => {
      const predicate = verified?.statement.predicate as unknown as Provenance | undefined;
      return verified && predicate ? [{ manifest, key: verified.key, predicate }] : [];
    })
    .toSorted((a, b) => (finished(a) < finished(b) ? 1 : -1))[0];
}

function finished({ predicate }: SaidProvenance): string {
  return predicate.runDetails.metadata.finishedOn;
}

function provenanceLink(proofs: ImageProof[], said: SaidProvenance | undefined): TraceLink {
  if (said) {
    const { builder } = said.predicate.runDetails;
    const others = proofs.filter(({ verified }) => verified).length - 1;
    return found('provenance', 'the builder said how it was made, and signed that', {
      builder: builder.id,
      finished: finished(said),
      provenance: said.manifest,
      'other builds of it': others > 0 ? String(others) : undefined,
    });
  }
  const [first] = proofs;
  if (!first) return missing('provenance', 'nobody said how it was made');
  return bad('provenance', `what hangs on it proves nothing: ${first.problem}`, {
    provenance: first.manifest,
  });
}

async function source(
  tracing: Tracing,
  image: ImageName,
  said: SaidProvenance | undefined,
): Promise<TraceLink[]> {
  if (!said) {
    const because = 'no provenance says it';
    return (['build', 'run', 'commit', 'push'] as const).map(name => missing(name, because));
  }
  const { internalParameters, externalParameters, resolvedDependencies } = said.predicate.buildDefinition;
  const build = internalParameters.build as { namespace: string; name: string; uid: string };
  const workflow = externalParameters.workflow as { name: string; uid: string } | undefined;
  const { git } = externalParameters.source as { git: { url: string } };
  const commit = resolvedDependencies[0]?.digest?.gitCommit ?? '';
  return Promise.all([
    buildLink(tracing, image, {
      ...build,
      requestedBy: internalParameters.requestedBy as string | undefined,
    }),
    runLink(tracing, build.namespace, workflow),
    commitLink(tracing, { url: git.url, id: commit }),
    pushLink(tracing.reader, { url: git.url, id: commit }),
  ]);
}

async function buildLink(
  { reader }: Tracing,
  image: ImageName,
  said: { namespace: string; name: string; uid: string; requestedBy: string | undefined },
): Promise<TraceLink> {
  const { namespace, name, requestedBy } = said;
  const facts = { build: `${namespace}/${name}`, 'asked for by': requestedBy };
  const answer = await reader.find(Build, { namespace, name });
  if ('because' in answer) return missing('build', `${answer.because}; the provenance names it`, facts);
  const { metadata, status } = answer.value;
  if (metadata.uid !== said.uid)
    return missing('build', 'another Build has that name now; the provenance names the old one', facts);
  if (status?.digest !== image.digest) return bad('build', 'the Build says another digest', facts);
  return found('build', 'the Build says the same digest', { ...facts, finished: status.finishedAt });
}

async function runLink(
  { reader }: Tracing,
  namespace: string,
  said: { name: string; uid: string } | undefined,
): Promise<TraceLink> {
  if (!said) return missing('run', 'no workflow made the Build: somebody created it directly');
  const facts = { workflow: `${namespace}/${said.name}` };
  const answer = await reader.find(Workflow, { namespace, name: said.name });
  if ('because' in answer) return missing('run', `${answer.because}; the provenance names it`, facts);
  const { metadata, status } = answer.value as { metadata: { uid: string }; status?: Record<string, string> };
  if (metadata.uid !== said.uid) return missing('run', 'another workflow has that name now', facts);
  return found('run', 'a step of this workflow asked for the build', {
    ...facts,
    phase: status?.phase,
    finished: status?.finishedAt,
  });
}

async function commitLink({ ports, reader }: Tracing, at: { url: string; id: string }): Promise<TraceLink> {
  const facts = { repository: at.url, commit: at.id };
  const answer = await gitCommit(ports, reader, at);
  if ('because' in answer) return missing('commit', answer.because, facts);
  const { author, title, at: time } = answer.value;
  return found('commit', title, { ...facts, author, time });
}
