// Blueprints of tools on a cluster, with the real catalogue: everything they name is there, whatever a tool wishes
// somebody grants, and nobody waits for who waits for them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planCluster, settle } from '@slipway/cluster';
import { blueprints, emptyLock, newDefinition, parseDefinition, select } from '@slipway/definition';
import { catalogue } from '@slipway/platform';

const all = catalogue();
const onCluster = blueprints().filter(({ document }) => document.spec?.target !== undefined);

/** The plan without the tools' own files: what they wish and grant needs none. */
function planOf(text: string) {
  const selection = select(parseDefinition(text, 'platform.yaml'), all);
  const cluster = { version: 'v1.36.3' };
  const input = {
    selection,
    catalogue: all,
    lock: emptyLock(),
    releases: new Map(),
    cluster,
    definitions: [],
  };
  return planCluster(input);
}

const definition = (blueprint: string, rest = '') =>
  `apiVersion: slipway.dev/v1alpha1\nkind: Platform\nmetadata: { name: acme }\nspec: { blueprint: ${blueprint}, target: { kubernetes: {} }, domain: acme.example, appsDomain: acme-apps.example${rest} }\n`;

for (const { id, document, purpose } of onCluster) {
  test(`blueprint ${id} comes to a plan: every wish is granted, every granter comes first`, async () => {
    assert.match(purpose, /^[A-Z].*\.$/);
    const { components } = await planOf(definition(id));
    const named = Object.values(document.spec?.capabilities ?? {})
      .flat()
      .map(choice => (typeof choice === 'string' ? choice : choice.technology));
    assert.deepEqual(components.map(component => component.id).toSorted(), [...new Set(named)].toSorted());
    const order = components.map(component => component.id);
    for (const component of components)
      for (const granter of component.after)
        assert.ok(order.indexOf(granter) < order.indexOf(component.id), `${granter} before ${component.id}`);
  });

  test(`blueprint ${id} comes to the same plan twice, byte for byte`, async () => {
    const [first, second] = [await planOf(definition(id)), await planOf(definition(id))];
    assert.equal(JSON.stringify(first), JSON.stringify(second));
  });

  test(`newDefinition() of ${id} is a definition for a cluster as it is written, comments on or off`, () => {
    const text = newDefinition({ name: 'acme', blueprint: id, schema: './s.json' }, all);
    const uncommented = text.replace(/^ {2}# (capabilities:| {2}\w[\w-]*: )/gm, '  $1');
    for (const each of [text, uncommented]) {
      const { components, ground } = select(parseDefinition(each, 'platform.yaml'), all);
      assert.equal(ground, 'kubernetes');
      assert.ok(components.length > 3);
    }
  });
}

test('a blueprint for clusters says so where there is none', () => {
  const text =
    'apiVersion: slipway.dev/v1alpha1\nkind: Platform\nmetadata: { name: a }\nspec: { blueprint: data }\n';
  assert.throws(
    () => select(parseDefinition(text, 'platform.yaml'), all),
    /data is made of tools on a cluster/,
  );
});

test('a parameter that only people can know is asked for, also where nothing is written', () => {
  const text = definition('data', ', capabilities: { infrastructure-as-code: cloudformation }');
  assert.throws(
    () => select(parseDefinition(text, 'platform.yaml'), all),
    /cloudformation needs parameters: templateBucket/,
  );
});

test('every parameter that has a default has it when a tool is asked what it wishes', () => {
  const selection = select(parseDefinition(definition('data'), 'platform.yaml'), all);
  for (const technology of all.technologies) {
    const { upstream } = technology;
    if (!upstream) continue;
    const schema = upstream.parameters ?? technology.parameters;
    const properties = (schema.properties ?? {}) as Record<string, { default?: unknown }>;
    const component = {
      technology,
      capabilities: technology.capabilities,
      engine: 'upstream' as const,
      parameters: {},
    };
    const [settled] = settle({ ...selection, components: [component] }, new Map());
    for (const [name, { default: value }] of Object.entries(properties))
      if (value !== undefined)
        assert.deepEqual(settled?.settings.parameters[name], value, `${technology.id}.${name}`);
  }
});
