import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { after, before, describe, test } from 'node:test';

export { type SigningUnderTest, signingConformance } from './signing-conformance.ts';

/** A running registry, and two who use it. */
export interface RegistryUnderTest {
  /** `https://host:port`, or http. */
  url: string;
  ca?: string;
  /** `Authorization:` of one who may read, write and delete below `repository`. */
  owner: string;
  /** And of one with an identity and no right there. */
  stranger: string;
  /** `<team>/<name>` that does not exist yet; names below it may be used. */
  repository: string;
  close(): Promise<void>;
}

interface Call {
  method: string;
  path: string;
  body?: Buffer | string;
  headers?: Record<string, string>;
  as?: 'owner' | 'stranger' | 'nobody';
}

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar';

/**
 * What every technology of `artifact-registries` answers (distribution-spec 1.1), on any engine.
 * @example
 * registryConformance('oci-registry', () => startRegistry());
 */
export function registryConformance(name: string, open: () => Promise<RegistryUnderTest>): void {
  describe(`${name} keeps the distribution specification`, () => {
    const held: { registry?: RegistryUnderTest } = {};
    before(async () => {
      held.registry = await open();
    });
    after(async () => {
      await held.registry?.close();
    });
    const suite = suiteOf(() => {
      assert.ok(held.registry, 'the registry under test did not open');
      return held.registry;
    });
    for (const [what, run] of Object.entries(suite)) test(`${name}: ${what}`, run);
  });
}

type Suite = Record<string, () => Promise<void>>;

function suiteOf(registry: () => RegistryUnderTest): Suite {
  const client = clientOf(registry);
  return { ...doorTests(client), ...uploadTests(client), ...manifestTests(client), ...listTests(client) };
}

interface Client {
  call(call: Call): Promise<Answer>;
  /** `/v2/<repository>`, or one below it. */
  at(below?: string): string;
  name(below?: string): string;
  push(content: Buffer, below?: string): Promise<string>;
  image(
    tag: string,
    text: string,
    extra?: { below?: string; subject?: object; annotations?: Record<string, string> },
  ): Promise<Answer>;
}

function clientOf(registry: () => RegistryUnderTest): Client {
  const call = (wanted: Call) => send(registry(), wanted);
  const name = (below = '') => `${registry().repository}${below}`;
  const at = (below?: string) => `/v2/${name(below)}`;
  const push = async (content: Buffer, below?: string) => {
    const begun = await call({ method: 'POST', path: `${at(below)}/blobs/uploads/` });
    const digest = digestOf(content);
    const done = await call({ method: 'PUT', path: withDigest(begun, digest), body: content });
    assert.equal(done.status, 201, done.body.toString());
    return digest;
  };
  const image: Client['image'] = async (tag, text, extra = {}) => {
    const content = Buffer.from(text);
    const config = Buffer.from(
      JSON.stringify({
        architecture: 'amd64',
        os: 'linux',
        rootfs: { type: 'layers', diff_ids: [digestOf(content)] },
      }),
    );
    const manifest = {
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: { mediaType: CONFIG, digest: await push(config, extra.below), size: config.length },
      layers: [{ mediaType: LAYER, digest: await push(content, extra.below), size: content.length }],
      ...(extra.subject ? { subject: extra.subject } : {}),
      ...(extra.annotations ? { annotations: extra.annotations } : {}),
    };
    const body = JSON.stringify(manifest);
    const path = `${at(extra.below)}/manifests/${tag === '' ? digestOf(Buffer.from(body)) : tag}`;
    return call({ method: 'PUT', path, body, headers: { 'content-type': MANIFEST } });
  };
  return { call, at, name, push, image };
}

function doorTests({ call, at, image }: Client): Suite {
  return {
    'GET /v2/ answers 200 with an identity, and says which API it is': async () => {
      const answer = await call({ method: 'GET', path: '/v2/' });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers['docker-distribution-api-version'], 'registry/2.0');
    },
    'GET /v2/ without credentials is 401 with a challenge': async () => {
      const answer = await call({ method: 'GET', path: '/v2/', as: 'nobody' });
      assert.equal(answer.status, 401);
      assert.match(String(answer.headers['www-authenticate']), /^(Basic|Bearer) realm=/);
      assert.equal(codeIn(answer), 'UNAUTHORIZED');
    },
    'another team’s image can be neither read, written nor deleted': async () => {
      await image('private', 'secret of a team');
      for (const method of ['GET', 'HEAD', 'DELETE']) {
        const answer = await call({ method, path: `${at()}/manifests/private`, as: 'stranger' });
        assert.equal(answer.status, 403, `${method} answered ${answer.status}`);
      }
      const upload = await call({ method: 'POST', path: `${at()}/blobs/uploads/`, as: 'stranger' });
      assert.equal(upload.status, 403);
      assert.equal(codeIn(upload), 'DENIED');
    },
    'a blob of another team’s repository cannot be mounted by its digest': async () => {
      const digest = digestOf(Buffer.from('secret of a team'));
      const path = `/v2/elsewhere/app/blobs/uploads/?mount=${digest}&from=${at().slice('/v2/'.length)}`;
      const answer = await call({ method: 'POST', path, as: 'stranger' });
      assert.notEqual(answer.status, 201);
    },
    'a name that is no repository name is refused': async () => {
      const answer = await call({ method: 'GET', path: '/v2/Upper/case/tags/list' });
      assert.equal(codeIn(answer), 'NAME_INVALID');
    },
  };
}

function uploadTests({ call, at, name, push }: Client): Suite {
  const begin = async () => call({ method: 'POST', path: `${at()}/blobs/uploads/` });
  const ranged = (start: number, end: number) => ({ 'content-range': `${start}-${end}` });
  return {
    'a blob pushed whole by POST and PUT can be read, whole and in part': async () => {
      const digest = await push(Buffer.from('0123456789'));
      const whole = await call({ method: 'GET', path: `${at()}/blobs/${digest}` });
      assert.equal(whole.body.toString(), '0123456789');
      assert.equal(whole.headers['docker-content-digest'], digest);
      const part = await call({
        method: 'GET',
        path: `${at()}/blobs/${digest}`,
        headers: { range: 'bytes=2-4' },
      });
      assert.deepEqual([part.status, part.body.toString()], [206, '234']);
      const tail = await call({
        method: 'GET',
        path: `${at()}/blobs/${digest}`,
        headers: { range: 'bytes=-3' },
      });
      assert.equal(tail.body.toString(), '789');
      const beyond = await call({
        method: 'GET',
        path: `${at()}/blobs/${digest}`,
        headers: { range: 'bytes=10-' },
      });
      assert.equal(beyond.status, 416);
    },
    'a blob pushed by one POST with its digest is there': async () => {
      const content = Buffer.from('by one POST');
      const digest = digestOf(content);
      const answer = await call({
        method: 'POST',
        path: `${at()}/blobs/uploads/?digest=${digest}`,
        body: content,
      });
      assert.equal(answer.status, 201);
      const head = await call({ method: 'HEAD', path: `${at()}/blobs/${digest}` });
      assert.deepEqual([head.status, head.headers['content-length']], [200, String(content.length)]);
    },
    'a blob pushed in pieces is put together, and pieces out of order are refused': async () => {
      const [first, second] = [Buffer.from('first,'), Buffer.from('second')];
      const digest = digestOf(Buffer.concat([first, second]));
      const begun = await begin();
      const one = await call({
        method: 'PATCH',
        path: locationOf(begun),
        body: first,
        headers: ranged(0, 5),
      });
      assert.deepEqual([one.status, one.headers.range], [202, '0-5']);
      const wrong = await call({
        method: 'PATCH',
        path: locationOf(one),
        body: second,
        headers: ranged(9, 14),
      });
      assert.equal(wrong.status, 416);
      const where = await call({ method: 'GET', path: locationOf(one) });
      assert.deepEqual([where.status, where.headers.range], [204, '0-5']);
      const done = await call({
        method: 'PUT',
        path: withDigest(one, digest),
        body: second,
        headers: ranged(6, 11),
      });
      assert.equal(done.status, 201);
      const read = await call({ method: 'GET', path: `${at()}/blobs/${digest}` });
      assert.equal(read.body.toString(), 'first,second');
    },
    'bytes with another digest are refused and not kept': async () => {
      const digest = digestOf(Buffer.from('promised'));
      const begun = await begin();
      const answer = await call({ method: 'PUT', path: withDigest(begun, digest), body: 'delivered' });
      assert.deepEqual([answer.status, codeIn(answer)], [400, 'DIGEST_INVALID']);
      const head = await call({ method: 'HEAD', path: `${at()}/blobs/${digest}` });
      assert.equal(head.status, 404);
    },
    'a cancelled upload is gone': async () => {
      const begun = await begin();
      const cancelled = await call({ method: 'DELETE', path: locationOf(begun) });
      assert.equal(cancelled.status, 204);
      const after = await call({ method: 'GET', path: locationOf(begun) });
      assert.deepEqual([after.status, codeIn(after)], [404, 'BLOB_UPLOAD_UNKNOWN']);
    },
    'a blob is mounted from a repository that may be read, else an upload begins': async () => {
      const digest = await push(Buffer.from('to be mounted'));
      const path = `${at('/mounted')}/blobs/uploads/?mount=${digest}&from=${name()}`;
      assert.equal((await call({ method: 'POST', path })).status, 201);
      const head = await call({ method: 'HEAD', path: `${at('/mounted')}/blobs/${digest}` });
      assert.equal(head.status, 200);
      const unknown = digestOf(Buffer.from('nowhere'));
      const other = await call({
        method: 'POST',
        path: `${at('/mounted')}/blobs/uploads/?mount=${unknown}&from=${name()}`,
      });
      assert.equal(other.status, 202);
    },
    'a blob that was deleted is unknown': async () => {
      const digest = await push(Buffer.from('to be deleted'));
      assert.equal((await call({ method: 'DELETE', path: `${at()}/blobs/${digest}` })).status, 202);
      const read = await call({ method: 'GET', path: `${at()}/blobs/${digest}` });
      assert.deepEqual([read.status, codeIn(read)], [404, 'BLOB_UNKNOWN']);
    },
  };
}

function manifestTests({ call, at, image, push }: Client): Suite {
  const put = (reference: string, body: string, type = MANIFEST) =>
    call({ method: 'PUT', path: `${at()}/manifests/${reference}`, body, headers: { 'content-type': type } });
  return {
    'a manifest is read by tag and by digest, byte for byte': async () => {
      const answer = await image('v1', 'layer of v1');
      assert.equal(answer.status, 201, answer.body.toString());
      const digest = String(answer.headers['docker-content-digest']);
      const byTag = await call({ method: 'GET', path: `${at()}/manifests/v1` });
      assert.equal(digestOf(byTag.body), digest);
      assert.equal(byTag.headers['content-type'], MANIFEST);
      const head = await call({ method: 'HEAD', path: `${at()}/manifests/${digest}` });
      assert.deepEqual([head.status, head.headers['docker-content-digest']], [200, digest]);
    },
    'a manifest whose blobs are not here is refused': async () => {
      const missing = { mediaType: CONFIG, digest: digestOf(Buffer.from('not pushed')), size: 10 };
      const answer = await put(
        'broken',
        JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, config: missing, layers: [] }),
      );
      assert.deepEqual([answer.status, codeIn(answer)], [404, 'MANIFEST_BLOB_UNKNOWN']);
    },
    'a manifest that is no manifest is refused': async () => {
      for (const body of ['{', '[]', '{"schemaVersion":1}', '{"schemaVersion":2,"config":{},"layers":[]}']) {
        const answer = await put('broken', body);
        assert.deepEqual([answer.status, codeIn(answer)], [400, 'MANIFEST_INVALID'], body);
      }
    },
    'a manifest under another digest is refused': async () => {
      const answer = await put(digestOf(Buffer.from('other')), '{}');
      assert.deepEqual([answer.status, codeIn(answer)], [400, 'DIGEST_INVALID']);
    },
    'an index needs its manifests, and is read as an index': async () => {
      const child = String((await image('', 'child of an index')).headers['docker-content-digest']);
      const bytes = await call({ method: 'GET', path: `${at()}/manifests/${child}` });
      const entry = {
        mediaType: MANIFEST,
        digest: child,
        size: bytes.body.length,
        platform: { os: 'linux', architecture: 'amd64' },
      };
      const index = { schemaVersion: 2, mediaType: INDEX, manifests: [entry] };
      assert.equal((await put('multi', JSON.stringify(index), INDEX)).status, 201);
      const read = await call({ method: 'GET', path: `${at()}/manifests/multi` });
      assert.equal(read.headers['content-type'], INDEX);
      const broken = { ...index, manifests: [{ ...entry, digest: digestOf(Buffer.from('no manifest')) }] };
      assert.equal((await put('broken', JSON.stringify(broken), INDEX)).status, 404);
    },
    'a tag moves, and what it named before stays': async () => {
      const before = await image('moving', 'before');
      const now = await image('moving', 'now');
      const read = await call({ method: 'GET', path: `${at()}/manifests/moving` });
      assert.equal(read.headers['docker-content-digest'], now.headers['docker-content-digest']);
      const old = await call({
        method: 'GET',
        path: `${at()}/manifests/${before.headers['docker-content-digest']}`,
      });
      assert.equal(old.status, 200);
    },
    'deleting a tag leaves the manifest, deleting the manifest takes its tags': async () => {
      const digest = (await image('short', 'lives shortly')).headers['docker-content-digest'];
      await image('shorter', 'lives shortly');
      assert.equal((await call({ method: 'DELETE', path: `${at()}/manifests/shorter` })).status, 202);
      assert.equal((await call({ method: 'GET', path: `${at()}/manifests/${digest}` })).status, 200);
      assert.equal((await call({ method: 'DELETE', path: `${at()}/manifests/${digest}` })).status, 202);
      const gone = await call({ method: 'GET', path: `${at()}/manifests/short` });
      assert.deepEqual([gone.status, codeIn(gone)], [404, 'MANIFEST_UNKNOWN']);
    },
    'what refers to an image is listed, filtered by its type': async () => {
      const subjectDigest = String((await image('signed', 'is signed')).headers['docker-content-digest']);
      const bytes = await call({ method: 'GET', path: `${at()}/manifests/signed` });
      const subject = { mediaType: MANIFEST, digest: subjectDigest, size: bytes.body.length };
      const none = await call({ method: 'GET', path: `${at()}/referrers/${subjectDigest}` });
      assert.deepEqual(JSON.parse(none.body.toString()).manifests, []);
      const answer = await image('', 'a signature', { subject, annotations: { by: 'test' } });
      assert.equal(answer.headers['oci-subject'], subjectDigest);
      const all = await call({ method: 'GET', path: `${at()}/referrers/${subjectDigest}` });
      assert.equal(all.headers['content-type'], INDEX);
      const [entry] = JSON.parse(all.body.toString()).manifests;
      assert.deepEqual([entry.artifactType, entry.annotations], [CONFIG, { by: 'test' }]);
      const filtered = await call({
        method: 'GET',
        path: `${at()}/referrers/${subjectDigest}?artifactType=other/type`,
      });
      assert.equal(filtered.headers['oci-filters-applied'], 'artifactType');
      assert.deepEqual(JSON.parse(filtered.body.toString()).manifests, []);
    },
    'a blob that an image needs is not deleted': async () => {
      const digest = await push(Buffer.from('needed'));
      await image('needs', 'needed');
      assert.equal((await call({ method: 'DELETE', path: `${at()}/blobs/${digest}` })).status, 405);
    },
  };
}

function listTests({ call, at, image, name }: Client): Suite {
  return {
    'tags are listed in order and in pages': async () => {
      for (const tag of ['b', 'A', 'c']) await image(tag, 'tagged', { below: '/tags' });
      const all = await call({ method: 'GET', path: `${at('/tags')}/tags/list` });
      assert.deepEqual(JSON.parse(all.body.toString()), { name: name('/tags'), tags: ['A', 'b', 'c'] });
      const page = await call({ method: 'GET', path: `${at('/tags')}/tags/list?n=2` });
      assert.deepEqual(JSON.parse(page.body.toString()).tags, ['A', 'b']);
      const next = /<([^>]+)>; rel="next"/.exec(String(page.headers.link))?.[1] ?? '';
      const rest = await call({ method: 'GET', path: next });
      assert.deepEqual(JSON.parse(rest.body.toString()).tags, ['c']);
      assert.equal(rest.headers.link, undefined);
    },
    'tags of an unknown repository are 404': async () => {
      const answer = await call({ method: 'GET', path: `${at('/unknown')}/tags/list` });
      assert.deepEqual([answer.status, codeIn(answer)], [404, 'NAME_UNKNOWN']);
    },
    'the catalog names what the caller may read, and nothing else': async () => {
      await image('v1', 'in the catalog');
      const own = await call({ method: 'GET', path: '/v2/_catalog' });
      assert.ok(JSON.parse(own.body.toString()).repositories.includes(name()));
      const other = await call({ method: 'GET', path: '/v2/_catalog', as: 'stranger' });
      assert.ok(!JSON.parse(other.body.toString()).repositories.includes(name()));
    },
  };
}

function send(
  registry: RegistryUnderTest,
  { method, path, body, headers, as = 'owner' }: Call,
): Promise<Answer> {
  const url = new URL(path, registry.url);
  const authorization = as === 'nobody' ? {} : { authorization: registry[as] };
  const content = body === undefined ? undefined : Buffer.from(body);
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'http:' ? plainRequest : secureRequest;
    const all = { 'content-length': String(content?.length ?? 0), ...authorization, ...headers };
    const outgoing = request(
      url,
      { method, headers: all, ...(registry.ca ? { ca: registry.ca } : {}) },
      answer => {
        const pieces: Buffer[] = [];
        answer.on('data', piece => pieces.push(piece));
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(pieces) }),
        );
        answer.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(content);
  });
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function locationOf({ headers }: Answer): string {
  assert.ok(headers.location, 'no Location');
  return headers.location;
}

function withDigest(answer: Answer, digest: string): string {
  const location = locationOf(answer);
  return `${location}${location.includes('?') ? '&' : '?'}digest=${digest}`;
}

function codeIn({ body }: Answer): string {
  return JSON.parse(body.toString()).errors[0].code;
}
