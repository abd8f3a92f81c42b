import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createPublicKey, verify } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { onPath } from '../../test/on-path.ts';

const run = promisify(execFile);
const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const SIGNATURE = 'https://sigstore.dev/cosign/sign/v1';
const PROVENANCE = 'https://slsa.dev/provenance/v1';

/** A registry with an image that the technology signed, and what outsiders are given to check it. */
export interface SigningUnderTest {
  /** `http://host:port`. */
  url: string;
  /** `user:password` of one who may read the image. */
  credentials: string;
  repository: string;
  digest: string;
  /** PEM of the key that signed it, and of one that did not. */
  publicKey: string;
  otherKey: string;
  close(): Promise<void>;
}

interface Bundle {
  mediaType: string;
  dsseEnvelope: { payload: string; payloadType: string; signatures: { sig: string }[] };
}

interface Statement {
  _type: string;
  subject: { digest: { sha256?: string } }[];
  predicateType: string;
  predicate: {
    buildDefinition?: { buildType?: string; resolvedDependencies?: { digest?: Record<string, string> }[] };
    runDetails?: { builder?: { id?: string } };
  };
}

/**
 * What every technology of `signing` leaves on an image, on any engine: a signature and SLSA provenance that others
 * verify with the public key alone. Nothing of the technology's own code is used here.
 * @example
 * signingConformance('sigstore', () => startSignedImage());
 */
export function signingConformance(name: string, open: () => Promise<SigningUnderTest>): void {
  describe(`${name} signs so that others verify it`, () => {
    let opened: SigningUnderTest | undefined;
    before(async () => {
      opened = await open();
    });
    after(() => opened?.close());
    const subject = () => {
      assert.ok(opened, 'what is under test did not open');
      return opened;
    };
    for (const type of [SIGNATURE, PROVENANCE]) {
      test(`${name}: a bundle with ${type} hangs on the image and verifies`, () => verifies(subject(), type));
    }
    test(`${name}: the provenance names builder, build type and commit`, () => saysOrigin(subject()));
    test(
      `${name}: cosign verifies both, and refuses with another key`,
      {
        skip: !onPath('cosign') && 'cosign is not installed',
      },
      () => cosignVerifies(subject()),
    );
  });
}

async function verifies(subject: SigningUnderTest, type: string): Promise<void> {
  const { bundle, statement } = await read(subject, type);
  assert.equal(bundle.mediaType, BUNDLE);
  assert.equal(statement._type, 'https://in-toto.io/Statement/v1');
  assert.equal(statement.predicateType, type);
  assert.equal(statement.subject[0]?.digest.sha256, subject.digest.slice('sha256:'.length));
  assert.equal(isSignedBy(bundle, subject.publicKey), true);
  assert.equal(isSignedBy(bundle, subject.otherKey), false);
}

async function saysOrigin(subject: SigningUnderTest): Promise<void> {
  const { buildDefinition, runDetails } = (await read(subject, PROVENANCE)).statement.predicate;
  assert.match(runDetails?.builder?.id ?? '', /^https:/);
  assert.match(buildDefinition?.buildType ?? '', /^https:/);
  const commits = buildDefinition?.resolvedDependencies?.flatMap(each => each.digest?.gitCommit ?? []);
  assert.match(commits?.[0] ?? '', /^[0-9a-f]{40}$/);
}

/** DSSE, "Signature Definition": the bytes that are signed. */
function isSignedBy({ dsseEnvelope }: Bundle, pem: string): boolean {
  const { payloadType, payload, signatures } = dsseEnvelope;
  const body = Buffer.from(payload, 'base64');
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${body.length} `;
  const signed = Buffer.concat([Buffer.from(head), body]);
  const key = createPublicKey(pem);
  return signatures.some(({ sig }) => verify('sha256', signed, key, Buffer.from(sig, 'base64')));
}

async function read(
  subject: SigningUnderTest,
  type: string,
): Promise<{ bundle: Bundle; statement: Statement }> {
  const index = await get<{ manifests: { digest: string; artifactType: string; annotations?: object }[] }>(
    subject,
    `referrers/${subject.digest}`,
  );
  const found = index.manifests.find(
    ({ artifactType, annotations }) =>
      artifactType === BUNDLE && Object.values(annotations ?? {}).includes(type),
  );
  assert.ok(found, `no bundle with ${type} hangs on the image`);
  const { layers } = await get<{ layers: { digest: string }[] }>(subject, `manifests/${found.digest}`);
  const bundle = await get<Bundle>(subject, `blobs/${layers[0]?.digest}`);
  const text = Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString();
  return { bundle, statement: JSON.parse(text) as Statement };
}

async function get<T>({ url, repository, credentials }: SigningUnderTest, path: string): Promise<T> {
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  const answer = await fetch(`${url}/v2/${repository}/${path}`, { headers: { authorization } });
  assert.equal(answer.status, 200, path);
  return (await answer.json()) as T;
}

async function cosignVerifies(subject: SigningUnderTest): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-cosign-'));
  const write = async (name: string, text: string) => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const { host } = new URL(subject.url);
  const auth = Buffer.from(subject.credentials).toString('base64');
  await write('config.json', JSON.stringify({ auths: { [host]: { auth } } }));
  // The key alone is trusted: no authority, no log.
  const mediaType = 'application/vnd.dev.sigstore.trustedroot+json;version=0.1';
  const root = await write('trusted-root.json', JSON.stringify({ mediaType }));
  const cosign = async (verb: string[], pem: string) => {
    const trust = ['--new-bundle-format', '--trusted-root', root, '--insecure-ignore-tlog=true'];
    const key = await write('key.pub', pem);
    const image = `${host}/${subject.repository}@${subject.digest}`;
    const own = [`DOCKER_CONFIG=${folder}`, `HOME=${folder}`];
    return run('env', [...own, 'cosign', ...verb, ...trust, '--key', key, image]);
  };
  try {
    for (const verb of [['verify'], ['verify-attestation', '--type', 'slsaprovenance1']]) {
      await cosign(verb, subject.publicKey);
      await assert.rejects(cosign(verb, subject.otherKey));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
