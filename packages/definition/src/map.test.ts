import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CAPABILITY_IDS } from './capability.ts';
import { DefinitionError, parseDefinition } from './document.ts';
import { mapObjects, mapOf } from './map.ts';
import { select } from './selection.ts';

const bare = { capabilities: [], technologies: [], blueprints: [] };
test('mapOf() has every id of the map in its order, also when nothing serves it', () => {
  assert.deepEqual(
    mapOf(bare).map(({ id }) => id),
    CAPABILITY_IDS,
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
  { id: 'deployment-targets', choice: 'ssh', because: 'nothing deploys over SSH yet' },
  { id: 'service-discovery', choice: 'etcd', because: 'nothing installs it yet' },
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
