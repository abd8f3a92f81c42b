import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Secret } from '@slipway/kinds';
import type { SecretsGround } from './contract.ts';

const DEADLINE_MS = 60_000;
const KEYS = {
  username: { text: 'admin' },
  password: { length: 32 },
  salt: { length: 32, alphabet: 'hex' },
} as const;

/**
 * The suite that every technology passes that grants secrets: credentials are made once, kept, and made again when
 * they are gone. `ground` answers why there is none where its tool cannot run.
 */
export function secretsConformance(name: string, ground: () => SecretsGround | { missing: string }): void {
  const row = (title: string, body: (ground: SecretsGround) => Promise<void>) =>
    test(`${name}: ${title}`, async (context: TestContext) => {
      const found = ground();
      if ('missing' in found) return context.skip(found.missing);
      await body(found);
    });

  row('a wish becomes a Secret with every key, each as it was asked for', async found => {
    const data = await granted(found, 'conformance-made');
    assert.equal(data.username, 'admin');
    assert.match(data.password ?? '', /^[A-Za-z0-9]{32}$/);
    assert.match(data.salt ?? '', /^[0-9a-f]{32}$/);
  });

  row('asking again changes nothing', async found => {
    const before = await granted(found, 'conformance-kept');
    assert.deepEqual(await granted(found, 'conformance-kept'), before);
  });

  row('a Secret that is deleted is made again, with other credentials', async found => {
    const before = await granted(found, 'conformance-healed');
    await found.client.delete(Secret, { namespace: found.namespace, name: 'conformance-healed' });
    const after = await dataOf(found, 'conformance-healed');
    assert.equal(after.username, 'admin');
    assert.notEqual(after.password, before.password);
  });
}

async function granted(ground: SecretsGround, secret: string): Promise<Record<string, string>> {
  await ground.grant({ contract: 'secret', name: secret, secret, keys: KEYS });
  return await dataOf(ground, secret);
}

/** The values of a Secret as soon as all its keys are there. */
async function dataOf({ client, namespace }: SecretsGround, name: string): Promise<Record<string, string>> {
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    const data = (await client.find(Secret, { namespace, name }))?.data ?? {};
    if (Object.keys(KEYS).every(key => key in data))
      return Object.fromEntries(
        Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
      );
    assert.ok(performance.now() < deadline, `Secret ${namespace}/${name} never had all its keys`);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}
