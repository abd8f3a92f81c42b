// What every technology that can be installed on a cluster has to keep, whoever wrote it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filesDigest, type Release } from '@slipway/definition';
import { compareVersions, parseVersion } from '@slipway/render';
import { installable, madeOf, otherValue, schemaOf, settingsOf } from '../../../test/upstream-settings.ts';
import { catalogue } from './technologies.ts';

/** Names that say what they are. */
const PLAIN = ['replicas', 'storage', 'memory', 'region', 'adminGroup', 'zoneType'];
/** What nobody can choose for a person. */
const NEEDED: Record<string, string[]> = {
  cloudformation: ['templateBucket'],
  // Nobody publishes one: it is built from this repository.
  'slipway-portal': ['image'],
};
/** Of Slipway itself there is no older one yet. */
const FIRST = ['slipway-portal'];
/** Routes that no person opens. */
const NO_PAGES = {
  flux: 'hosts of Git call its hook',
  'oci-registry': 'it speaks the registry’s protocol and nothing else',
};
/** Where nothing but its page begins a sign-in. */
const SIGNS_IN_ITSELF = ['vault'];

for (const { technology, upstream } of installable(catalogue().technologies)) {
  const { id } = technology;
  const schema = schemaOf(technology);

  test(`${id} has releases to upgrade between, newest first, each pinned`, () => {
    const versions = upstream.releases.map(({ version }) => parseVersion(version));
    assert.ok(versions.length >= 2 || FIRST.includes(id), 'an upgrade and a rollback need two');
    for (const [index, version] of versions.entries()) {
      const next = versions[index + 1];
      if (next) assert.ok(compareVersions(version, next) > 0, 'newest first, each once');
    }
    for (const release of upstream.releases) assertPinned(release);
  });

  test(`${id} has parameters that may all be left out, each described, and nothing else`, () => {
    assert.equal(schema.additionalProperties, false);
    assert.deepEqual(schema.required ?? [], NEEDED[id] ?? []);
    const bare = Object.entries(schema.properties ?? {}).filter(
      ([name, { description }]) => !description && !PLAIN.includes(name),
    );
    assert.deepEqual(
      bare.map(([name]) => name),
      [],
      'parameters without a description',
    );
  });

  test(`${id} makes something of each of its parameters`, () => {
    const properties = Object.entries(schema.properties ?? {});
    const others = Object.fromEntries(properties.map(([name, inner]) => [name, otherValue(inner)]));
    const made = (parameters: Record<string, unknown>) =>
      JSON.stringify([
        madeOf(technology, { parameters }),
        madeOf(technology, { parameters, issuer: 'letsencrypt' }),
      ]);
    // Some mean something only beside others: each is tried alone, and as the one that is left out.
    const ignored = properties.filter(([name]) => {
      const { [name]: _left, ...rest } = others;
      return made({ [name]: others[name] }) === made({}) && made(others) === made(rest);
    });
    assert.deepEqual(
      ignored.map(([name]) => name),
      [],
      'accepted and ignored',
    );
  });

  for (const isGranted of [true, false]) {
    test(`${id} makes the same of the same, ${isGranted ? 'with' : 'without'} what others grant`, () => {
      const made = madeOf(technology, { isGranted });
      assert.equal(JSON.stringify(madeOf(technology, { isGranted })), JSON.stringify(made));
      const names = made.wishes.map(({ name }) => name);
      assert.deepEqual(
        names.filter((name, index) => names.indexOf(name) !== index),
        [],
        'wishes of one name',
      );
      for (const { apiVersion, kind, metadata } of made.objects)
        assert.ok(apiVersion && kind && (metadata.name ?? ''), 'an object without a name');
      assert.deepEqual(passwordsIn(made), [], 'passwords come from a wish');
      assert.doesNotMatch(JSON.stringify(made), /undefined/, 'a fact that nobody gave');
    });
  }

  test(`${id} says where people open it, if they do`, () => {
    const routes = madeOf(technology).wishes.flatMap(wish => (wish.contract === 'route' ? [wish.host] : []));
    const links = upstream.links?.(settingsOf(technology)) ?? [];
    assert.equal(links.length > 0, routes.length > 0 && !(id in NO_PAGES));
    const hosts = routes.map(host => new URL(settingsOf(technology).url(host)).host);
    for (const { title, url, signIn } of links) {
      assert.ok(title);
      assert.ok(hosts.includes(new URL(url).host), `${url} is none of its routes`);
      assert.equal(signIn === undefined, SIGNS_IN_ITSELF.includes(id), 'a sign-in that begins there');
      if (signIn) assert.ok(hosts.includes(new URL(signIn).host), `${signIn} is none of its routes`);
    }
    const alone = upstream.links?.(settingsOf(technology, { isGranted: false })) ?? [];
    assert.equal(alone.length, links.length, 'it is opened also where nobody grants a sign-in');
  });

  test(`${id} is probed at public addresses only`, () => {
    for (const { url } of upstream.probes?.(settingsOf(technology)) ?? [])
      assert.match(url, /^https:\/\/([a-z0-9-]+\.)*acme\.example(\/|$)/);
  });
}

test('two technologies that can stand side by side never ask for one address', () => {
  const asked = installable(catalogue().technologies).flatMap(({ technology }) =>
    madeOf(technology).wishes.flatMap(wish =>
      wish.contract === 'route' ? [{ host: wish.host, technology }] : [],
    ),
  );
  const one = new Set(
    catalogue()
      .capabilities.filter(({ choice }) => choice === 'one')
      .map(({ id }) => id),
  );
  const clashes = asked.flatMap(({ host, technology }, index) =>
    asked
      .slice(index + 1)
      .filter(other => other.host === host && other.technology.id !== technology.id)
      // A capability that holds one technology has one of them.
      .filter(
        other =>
          !technology.capabilities.some(
            each => one.has(each) && other.technology.capabilities.includes(each),
          ),
      )
      .map(other => `${host}: ${technology.id} and ${other.technology.id}`),
  );
  assert.deepEqual(clashes, []);
});

function assertPinned({ version, digest, parts }: Release): void {
  assert.match(digest, /^sha256:[0-9a-f]{64}$/, `${version}: digest`);
  for (const part of parts) {
    if ('chart' in part) assert.match(part.chart.version, /^v?\d/);
    if (!('git' in part)) continue;
    assert.match(part.git.commit, /^[0-9a-f]{40}$/, `${version}: commit`);
    assert.ok(part.git.revision, `${version}: revision`);
    assert.match(part.git.repository, /^https:\/\/github\.com\/[^/]+\/[^/]+$/);
  }
  if (!parts.every(part => 'files' in part)) return;
  // What is written here is checked here: nobody has to fetch it.
  const files = parts.flatMap(part =>
    Object.entries('files' in part ? part.files : {}).map(([path, text]) => ({
      path: part.at === '' ? path : `${part.at}/${path}`,
      data: Buffer.from(text),
    })),
  );
  assert.equal(digest, filesDigest(files), `${version}: npm run pin -- <technology> --write`);
}

/** Fields that are called passwords and hold one: neither a reference, nor the name of a Secret's key. */
function passwordsIn(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const isPassword =
      /password$/i.test(key) &&
      typeof inner === 'string' &&
      !/^(\$|$|password$)/.test(inner) &&
      !key.startsWith('existingSecret');
    return [...(isPassword ? [`${path}.${key}`] : []), ...passwordsIn(inner, `${path}.${key}`)];
  });
}
