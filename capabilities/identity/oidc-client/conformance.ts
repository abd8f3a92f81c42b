import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Client } from '@slipway/client';
import { OidcClient, Secret } from '@slipway/kinds';

/** What the suite for tools' sign-in needs of an issuer, whoever runs it. */
export interface OidcClientGround {
  /** May do everything with OidcClients and Secrets in `namespace`. */
  client: Client;
  namespace: string;
  /** The client as the issuer knows it now. */
  clientAt(clientId: string): Promise<{ redirects: readonly string[]; secret?: string } | undefined>;
  /** Takes a client away from the issuer, as somebody might by hand. */
  lose(clientId: string): Promise<void>;
}

const DEADLINE_MS = 20_000;

/** The suite that every issuer passes whose clients are made for OidcClients. Call it once with a ground that stays up. */
export function oidcClientConformance(name: string, ground: () => OidcClientGround): void {
  const keyIn = (object: string) => ({ namespace: ground().namespace, name: object });
  const ask = (object: string, spec: Partial<OidcClient['spec']> = {}) =>
    ground().client.create(OidcClient, {
      apiVersion: 'identity.slipway.dev/v1alpha1',
      kind: 'OidcClient',
      metadata: keyIn(object),
      spec: {
        clientId: object,
        redirects: [`https://${object}.acme.example/callback`],
        secret: { name: `${object}-sign-in`, labels: { app: object } },
        ...spec,
      },
    });
  const secretOf = async (object: string) => {
    const secret = await ground().client.find(Secret, keyIn(`${object}-sign-in`));
    const texts = Object.entries(secret?.data ?? {}).map(([key, value]) => [key, atob(value)]);
    return secret && (Object.fromEntries(texts) as Record<string, string>);
  };
  const conditionOf = async (object: string) =>
    (await ground().client.get(OidcClient, keyIn(object))).status?.conditions?.find(
      ({ type }) => type === 'Ready',
    );
  const ready = (object: string) =>
    eventually(`${object} is ready`, async () => (await conditionOf(object))?.status === 'True');

  test(`${name}: a tool gets a client, and a Secret that says how to be it`, async () => {
    await ask('makes', { secret: { name: 'makes-sign-in', keys: { clientSecret: 'key' } } });
    await ready('makes');
    const secret = await secretOf('makes');
    const known = await ground().clientAt('makes');
    assert.deepEqual(Object.keys(secret ?? {}).toSorted(), ['clientId', 'issuer', 'key']);
    assert.equal(secret?.clientId, 'makes');
    assert.equal(secret?.key, known?.secret);
    assert.deepEqual(known?.redirects, ['https://makes.acme.example/callback']);
  });

  test(`${name}: a public client has no secret`, async () => {
    await ask('public', { isPublic: true });
    await ready('public');
    assert.deepEqual(Object.keys((await secretOf('public')) ?? {}).toSorted(), ['clientId', 'issuer']);
  });

  test(`${name}: a Secret that is deleted comes back the same`, async () => {
    await ask('heals');
    await ready('heals');
    const before = await secretOf('heals');
    await ground().client.delete(Secret, keyIn('heals-sign-in'));
    assert.deepEqual(await eventually('the secret again', () => secretOf('heals')), before);
  });

  test(`${name}: a client that the issuer lost comes back with the secret that the tool has`, async () => {
    await ask('lost');
    await ready('lost');
    const before = await secretOf('lost');
    await ground().lose('lost');
    const again = await eventually('the client again', () => ground().clientAt('lost'));
    assert.equal(again.secret, before?.clientSecret);
    assert.deepEqual(await secretOf('lost'), before);
  });

  test(`${name}: where sign-ins may end follows the wish`, async () => {
    await ask('moves');
    await ready('moves');
    const redirects = ['https://elsewhere.acme.example/callback'];
    await ground().client.patch(OidcClient, keyIn('moves'), { type: 'merge', body: { spec: { redirects } } });
    await eventually('the new redirects', async () => {
      const known = await ground().clientAt('moves');
      return known?.redirects.join() === redirects.join();
    });
  });

  test(`${name}: an id belongs to who asked first`, async () => {
    await ask('first');
    await ready('first');
    await ask('second', { clientId: 'first' });
    const told = await eventually('told', () => conditionOf('second'));
    assert.equal(told.reason, 'ClientTaken');
    assert.equal(await secretOf('second'), undefined);
  });

  test(`${name}: what was made goes with the wish`, async () => {
    await ask('goes');
    await ready('goes');
    const { client } = ground();
    await client.delete(OidcClient, keyIn('goes'));
    await eventually('it is gone', async () => !(await client.find(OidcClient, keyIn('goes'))));
    assert.equal(await ground().clientAt('goes'), undefined);
    assert.equal(await secretOf('goes'), undefined);
  });
}

async function eventually<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    assert.ok(Date.now() < deadline, `never: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
