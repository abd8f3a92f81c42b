import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { stringify } from 'yaml';
import { blueprints, DEFAULT_BLUEPRINT } from './blueprint.ts';
import type { Catalogue } from './catalogue.ts';
import { parseDefinition } from './document.ts';
import { newDefinition } from './new-definition.ts';
import { publishedSchema } from './published-schema.ts';
import { select } from './selection.ts';
import type { Technology } from './technology.ts';

/** Those that need no cluster; the others are tested with the real catalogue (test/blueprints.test.ts). */
const embedded = blueprints().filter(({ document }) => document.spec?.target === undefined);
/** Serves whatever the blueprints name. */
const catalogue = catalogueOf();

function catalogueOf(): Catalogue {
  const all = embedded;
  const named = all.flatMap(each => Object.entries(each.document.spec?.capabilities ?? {}));
  const ids = [...new Set(named.map(([id]) => id))] as Technology['capabilities'];
  const technologies = [...new Set(named.map(([, choice]) => String(choice)))];
  const servedBy = (technology: string) =>
    ids.filter(id => named.some(([name, choice]) => name === id && choice === technology));
  return {
    blueprints: all,
    capabilities: ids.map(id => ({
      id,
      title: id,
      purpose: id,
      choice: 'one',
      kinds: [],
      technologies,
    })),
    technologies: technologies.map(id => ({
      id,
      title: id,
      capabilities: servedBy(id),
      guidance: {} as Technology['guidance'],
      provides: [],
      requires: [],
      parameters: { type: 'object', additionalProperties: false, properties: { realm: { type: 'string' } } },
      rules: [],
      embedded: { start: () => Promise.reject(new Error('not started in this test')) },
    })),
  };
}

for (const { id, document, purpose } of embedded) {
  test(`blueprint ${id} is a definition, and is what a definition that names it comes to`, () => {
    assert.match(purpose, /^[A-Z].*\.$/);
    const own = select(parseDefinition(stringify(document), `${id}.yaml`), catalogue);
    const head = { ...document, metadata: { name: 'acme' }, spec: { blueprint: id } };
    const named = select(parseDefinition(stringify(head), 'platform.yaml'), catalogue);
    const chosen = Object.keys(document.spec?.capabilities ?? {}).toSorted();
    assert.deepEqual(named.components.flatMap(each => each.capabilities).toSorted(), chosen);
    assert.deepEqual(named.environments, own.environments);
    assert.deepEqual(named.teams, own.teams);
  });

  test(`newDefinition() of ${id} chooses nothing but the blueprint, and completes from the schema`, () => {
    const text = newDefinition({ name: 'acme', blueprint: id, schema: './s.json' }, catalogue);
    assert.match(text, /^# yaml-language-server: \$schema=\.\/s\.json\n/);
    const { document } = parseDefinition(text, 'platform.yaml');
    assert.equal(document.metadata.name, 'acme');
    assert.deepEqual(Object.keys(document.spec ?? {}), ['blueprint', 'environments', 'teams']);
    const uncommented = text.replace(/^ {2}# (capabilities:| {2}\w[\w-]*: )/gm, '  $1');
    const chosen = select(parseDefinition(uncommented, 'platform.yaml'), catalogue);
    assert.deepEqual(
      Object.keys(chosen.document.spec?.capabilities ?? {}),
      Object.keys(blueprints().find(each => each.id === id)?.document.spec?.capabilities ?? {}),
      'what stands in comments is right as soon as the comment is off',
    );
  });
}

test('a definition without a blueprint starts from the golden path', () => {
  assert.equal(DEFAULT_BLUEPRINT, 'golden-path');
  assert.deepEqual(
    blueprints().map(({ id }) => id),
    ['minimal', 'golden-path', 'edge', 'cnoe-reference', 'cnoe-aws', 'data', 'regulated'],
  );
});

const completions: { spec: object; valid: boolean; because: string }[] = [
  { spec: { blueprint: 'minimal' }, valid: true, because: 'blueprints are known by name' },
  { spec: { blueprint: 'big' }, valid: false, because: 'there is no such blueprint' },
  { spec: { capabilities: { ingress: 'gateway-api' } }, valid: true, because: 'it runs' },
  { spec: { capabilities: { ingress: 'nginx' } }, valid: false, because: 'it does not run' },
  { spec: { capabilities: { mesh: 'istio' } }, valid: false, because: 'nothing serves it yet' },
  {
    spec: { capabilities: { identity: { technology: 'keycloak', parameters: { realm: 'a' } } } },
    valid: true,
    because: 'parameters are the technology’s',
  },
  {
    spec: { capabilities: { identity: { technology: 'keycloak', parameters: { relm: 'a' } } } },
    valid: false,
    because: 'a misspelt parameter shows in the editor',
  },
];
const validate = new Ajv({ strict: false }).compile(publishedSchema(catalogue));
for (const { spec, valid, because } of completions) {
  test(`publishedSchema() ${valid ? 'allows' : 'refuses'} ${JSON.stringify(spec)}: ${because}`, () => {
    const document = { apiVersion: 'slipway.dev/v1alpha1', kind: 'Platform', metadata: { name: 'a' }, spec };
    assert.equal(validate(document), valid);
  });
}
