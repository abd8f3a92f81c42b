import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CAPABILITY_IDS } from './capability.ts';
import { DefinitionError, parseDefinition } from './document.ts';
import { KNOWN_TECHNOLOGIES } from './guidance/known.ts';
import { mapObjects, mapOf } from './map.ts';
import { select } from './selection.ts';
import type { Guidance } from './technology.ts';

const bare = { capabilities: [], technologies: [], blueprints: [] };
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

for (const { id, title, capabilities, guidance } of KNOWN_TECHNOLOGIES) {
  test(`guidance on ${id} says everything that helps to choose`, () => {
    assert.match(id, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    assert.ok(title && capabilities.length > 0);
    for (const field of FIELDS) assert.ok(guidance[field].trim(), `${field} is empty`);
    for (const field of FIELDS) assert.ok(guidance[field].length <= 120, `${field} is longer than a line`);
    assert.equal(new URL(guidance.homepage).protocol, 'https:');
    assert.match(guidance.asOf, /^20\d\d-[01]\d-[0-3]\d$/);
    assert.ok(['graduated', 'incubating', 'sandbox', 'archived', 'none'].includes(guidance.cncf));
  });
}

test('no technology has two entries', () => {
  const ids = KNOWN_TECHNOLOGIES.map(({ id }) => id);
  assert.deepEqual(ids, [...new Set(ids)]);
});

test('mapOf() has every id of the map in its order, each with a purpose, when nothing serves it yet', () => {
  assert.deepEqual(
    mapOf(bare).map(({ id }) => id),
    CAPABILITY_IDS,
  );
  const planned = mapOf(bare).filter(({ id }) => id === 'mesh' || id === 'observability');
  assert.ok(planned.every(({ purpose, technologies }) => purpose && technologies.length > 1));
});

/** Names in CNOE's articles and on its map; standards (OAuth, SAML, mTLS) are no technologies. */
const NAMED_BY_CNOE = [
  ...['flux', 'spinnaker', 'tekton', 'jenkins', 'github', 'gitlab', 'harbor', 'zot', 'sigstore', 'vault'],
  ...['external-secrets', 'crossplane', 'terraform', 'cloudformation', 'pulumi', 'spark-operator', 'istio'],
  ...['consul', 'dns', 'etcd', 'kyverno', 'prometheus', 'opentelemetry', 'grafana', 'loki', 'backstage'],
  ...['ingress-nginx', 'helm', 'kustomize', 'kind', 'lets-encrypt', 'aws-lambda', 'amazon-ecs', 'kuberay'],
];
test('every technology that CNOE names has an entry', () => {
  const known = new Set(KNOWN_TECHNOLOGIES.map(({ id }) => id));
  assert.deepEqual(
    NAMED_BY_CNOE.filter(id => !known.has(id)),
    [],
  );
});

test('mapObjects() gives one object for each capability, in the order of the map', () => {
  const objects = mapObjects(bare);
  assert.equal(objects.length, CAPABILITY_IDS.length);
  assert.equal(objects[0]?.metadata.name, 'compute-platform');
  assert.deepEqual(
    objects.map(({ spec }) => (spec as { order: number } | undefined)?.order),
    CAPABILITY_IDS.map((_id, index) => index + 1),
  );
});

const REFUSED = [
  { id: 'continuous-delivery', choice: 'flux', because: 'nothing runs Flux yet' },
  { id: 'secret-repositories', choice: 'vault', because: 'no technology runs for the capability at all' },
];
for (const { id, choice, because } of REFUSED) {
  test(`select() refuses ${choice} as guidance only: ${because}`, () => {
    const text = `apiVersion: slipway.dev/v1alpha1\nkind: Platform\nmetadata: { name: acme }\nspec: { blueprint: none, capabilities: { ${id}: ${choice} } }\n`;
    assert.throws(
      () => select(parseDefinition(text, 'platform.yaml'), bare),
      (error: unknown) =>
        error instanceof DefinitionError &&
        error.message.includes(`"${choice}" (guidance only in this version)`),
    );
  });
}
