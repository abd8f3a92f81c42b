import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigMap } from '@slipway/kinds';
import type { DeliveryGround, DeliveryState } from './contract.ts';

const DEADLINE_MS = 60_000;

/** The suite that every delivery technology passes, on any engine. Call it once with a ground that stays up. */
export function deliveryConformance(name: string, ground: () => DeliveryGround): void {
  const value = async (object: string): Promise<string | undefined> => {
    const { client, namespace } = ground();
    return (await client.find(ConfigMap, { namespace, name: object }))?.data?.value;
  };

  test(`${name}: what is committed becomes live, and the next commit follows`, async () => {
    const { push, deliver } = ground();
    const first = await push({ 'follows/a.yaml': configMap('follows', '1') });
    await deliver('follows');
    const state = await reached(ground(), 'follows', first);
    assert.equal(state.healthy, true);
    assert.equal(await value('follows'), '1');
    const second = await push({ 'follows/a.yaml': configMap('follows', '2') });
    await reached(ground(), 'follows', second);
    assert.equal(await value('follows'), '2');
  });

  test(`${name}: what Git no longer has goes`, async () => {
    const { push, deliver } = ground();
    const files = { 'prunes/a.yaml': configMap('stays', '1'), 'prunes/b.yaml': configMap('goes', '1') };
    const first = await push(files);
    await deliver('prunes');
    await reached(ground(), 'prunes', first);
    const second = await push({ 'prunes/b.yaml': null });
    await reached(ground(), 'prunes', second);
    assert.equal(await value('goes'), undefined);
    assert.equal(await value('stays'), '1');
  });

  test(`${name}: what is changed by hand is healed`, async () => {
    const { push, deliver, client, namespace } = ground();
    const revision = await push({ 'heals/a.yaml': configMap('heals', 'git') });
    await deliver('heals');
    await reached(ground(), 'heals', revision);
    const body = { data: { value: 'hand' } };
    await client.patch(ConfigMap, { namespace, name: 'heals' }, { type: 'merge', body });
    await eventually('healed', async () => (await value('heals')) === 'git');
  });

  test(`${name}: a manifest that does not parse is named with its file, and changes nothing`, async () => {
    const { push, deliver, stateOf } = ground();
    const good = await push({ 'breaks/a.yaml': configMap('breaks', '1') });
    await deliver('breaks');
    await reached(ground(), 'breaks', good);
    await push({ 'breaks/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: [\n' });
    await eventually('told', async () => (await stateOf('breaks')).problem.includes('breaks/a.yaml'));
    assert.equal(await value('breaks'), '1');
    const mended = await push({ 'breaks/a.yaml': configMap('breaks', '2') });
    assert.equal((await reached(ground(), 'breaks', mended)).problem, '');
    assert.equal(await value('breaks'), '2');
  });
}

function configMap(name: string, value: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: { value: "${value}" }\n`;
}

async function reached(
  { stateOf }: DeliveryGround,
  folder: string,
  revision: string,
): Promise<DeliveryState> {
  await eventually(`${folder} at ${revision}`, async () => (await stateOf(folder)).revision === revision);
  return stateOf(folder);
}

async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!(await holds())) {
    assert.ok(performance.now() < deadline, `never: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
