// Guidance is data that anybody may propose changes to: every entry says everything, in lines people can read.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CAPABILITY_IDS, type Guidance, KNOWN_TECHNOLOGIES, mapOf } from '@slipway/definition';
import { catalogue } from '@slipway/platform';

const MOST_CHARACTERS = 160;
const CNCF = ['graduated', 'incubating', 'sandbox', 'archived', 'none'];
const FIELDS: (keyof Guidance)[] = [
  'purpose',
  'licence',
  'cncf',
  'maintenance',
  'chooseWhen',
  'avoidWhen',
  'switching',
  'homepage',
  'asOf',
];

for (const { id, title, capabilities, guidance } of [...catalogue().technologies, ...KNOWN_TECHNOLOGIES]) {
  test(`guidance on ${id} says everything that helps to choose`, () => {
    assert.match(id, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    assert.ok(title && capabilities.length > 0);
    assert.ok(capabilities.every(each => CAPABILITY_IDS.includes(each)));
    for (const field of FIELDS) assert.ok(guidance[field].trim(), `${field} is empty`);
    for (const field of FIELDS) assert.ok(guidance[field].length <= MOST_CHARACTERS, `${field} is too long`);
    assert.equal(new URL(guidance.homepage).protocol, 'https:');
    assert.match(guidance.asOf, /^20\d\d-[01]\d-[0-3]\d$/);
    assert.ok(CNCF.includes(guidance.cncf), `cncf is one of ${CNCF.join(', ')}`);
  });
}

test('no technology has two entries: what runs keeps its guidance beside its engine', () => {
  const ids = [...catalogue().technologies, ...KNOWN_TECHNOLOGIES].map(({ id }) => id);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  assert.deepEqual(twice, []);
});

test('every capability of the map has a purpose and a technology, running or described', () => {
  const bare = mapOf(catalogue()).filter(
    ({ purpose, technologies }) => !purpose || technologies.length === 0,
  );
  assert.deepEqual(
    bare.map(({ id }) => id),
    [],
  );
});

/** Names in CNOE's articles and on its map; standards (OAuth, SAML, mTLS) are no technologies. */
const NAMED_BY_CNOE = [
  ...['flux', 'spinnaker', 'tekton', 'jenkins', 'github', 'gitlab', 'harbor', 'zot', 'sigstore', 'vault'],
  ...['external-secrets', 'crossplane', 'terraform', 'cloudformation', 'pulumi', 'spark-operator', 'istio'],
  ...['consul', 'dns', 'etcd', 'kyverno', 'prometheus', 'opentelemetry', 'grafana', 'loki', 'backstage'],
  ...['ingress-nginx', 'helm', 'kustomize', 'kind', 'lets-encrypt', 'aws-lambda', 'amazon-ecs', 'kuberay'],
];
test('every technology that CNOE names has an entry', () => {
  const known = new Set([...catalogue().technologies, ...KNOWN_TECHNOLOGIES].map(({ id }) => id));
  assert.deepEqual(
    NAMED_BY_CNOE.filter(id => !known.has(id)),
    [],
  );
});
