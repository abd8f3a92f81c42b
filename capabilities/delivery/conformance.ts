import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigMap, Promotion, type PromotionStatus } from '@slipway/kinds';
import type { DeliveryGround, DeliveryState, PromotionGround } from './contract.ts';

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

/** The suite for promotions; `prod` wants neither checks nor approvals. Call it once with a ground that stays up. */
export function promotionConformance(name: string, ground: () => PromotionGround): void {
  const promote = async (object: string, spec: Promotion['spec']): Promise<PromotionStatus> => {
    const { client, namespace, apply } = ground();
    const metadata = { namespace, name: object };
    await client.create(Promotion, { apiVersion: 'slipway.dev/v1alpha1', kind: 'Promotion', metadata, spec });
    const status = async () => (await client.get(Promotion, metadata)).status ?? {};
    await eventually(`${object} is written or over`, async () => {
      const { commit, finishedAt } = await status();
      return commit !== undefined || finishedAt !== undefined;
    });
    if ((await status()).commit) await apply?.(spec.workload);
    await eventually(`${object} is over`, async () => (await status()).finishedAt !== undefined);
    return status();
  };

  test(`${name}: what runs in dev comes to prod in one commit, and nothing does twice`, async () => {
    const image = await ground().version('up', '1');
    const done = await promote('up-1', { workload: 'up', to: 'prod' });
    assert.equal(done.phase, 'Promoted');
    assert.equal(done.image, image);
    const commits = await ground().commits('up');
    assert.deepEqual(
      commits.map(({ id }) => id),
      [done.commit],
    );
    assert.match(commits[0]?.message ?? '', /^Promotion: .*\/up-1$/m);
    const again = await promote('up-2', { workload: 'up', to: 'prod' });
    assert.equal(again.phase, 'Refused');
    assert.equal((await ground().commits('up')).length, 1);
  });

  test(`${name}: an image that ran before is brought back, and one that never ran is not`, async () => {
    const before = await ground().version('down', '1');
    await promote('down-1', { workload: 'down', to: 'prod' });
    const now = await ground().version('down', '2');
    await promote('down-2', { workload: 'down', to: 'prod' });
    const done = await promote('down-3', { workload: 'down', to: 'prod', rollbackOf: now });
    assert.equal(done.phase, 'Promoted');
    assert.equal(done.image, before);
    const never = `${before.replace(/@.*/, '')}@sha256:${'0'.repeat(64)}`;
    const refused = await promote('down-4', { workload: 'down', to: 'prod', image: never });
    assert.equal(refused.phase, 'Refused');
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
