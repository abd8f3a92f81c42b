import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { Client } from '@slipway/client';
import { GIT_HOST, internalRequest } from '@slipway/definition';
import { gitDoor } from './git-door.ts';

const encoded = (values: Record<string, string>) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, btoa(value)]));
const ACCOUNT = { username: 'engines', password: 'secret' };
const SERVICE = 'http://gitea.gitea.svc.cluster.local:3000';

function doorOf(data: Record<string, string> | undefined, isInside: boolean) {
  const client = { find: async () => (data ? { data: encoded(data) } : undefined) } as unknown as Client;
  const clock = { now: () => 0 } as never;
  return gitDoor({ client, clock, isInside, publicUrl: 'https://git.acme.example', ca: '' });
}

const TABLE = [
  { because: 'nobody granted an account', data: undefined, isInside: true, url: undefined },
  { because: 'the Secret is not whole', data: { ...ACCOUNT }, isInside: true, url: undefined },
  { because: 'a pod reaches the Service', data: { ...ACCOUNT, url: SERVICE }, isInside: true, url: SERVICE },
  {
    because: 'beside the cluster Services’ names lead nowhere',
    data: { ...ACCOUNT, url: SERVICE },
    isInside: false,
    url: 'https://git.acme.example',
  },
  {
    because: 'a server elsewhere is where it is',
    data: { ...ACCOUNT, url: 'https://git.example.com/' },
    isInside: false,
    url: 'https://git.example.com',
  },
];
for (const { because, data, isInside, url } of TABLE) {
  test(`gitDoor() leads to ${url ?? 'nothing'}: ${because}`, async () => {
    assert.equal((await doorOf(data, isInside)(GIT_HOST))?.url, url);
  });
}

test('gitDoor() is the Git server’s alone', async () => {
  const enter = doorOf({ ...ACCOUNT, url: SERVICE }, true);
  assert.equal(await enter('registry.slipway.internal'), undefined);
});

test('internalRequest() goes through the door, with its account and below its path', async t => {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.url, request.headers.authorization);
    response.end('{"version":"1"}');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const enter = doorOf({ ...ACCOUNT, url: `http://127.0.0.1:${port}/git` }, false);
  const never = () => assert.fail('nobody asks for the internal name');
  const ports = { enter, resolve: never, token: never };
  const answer = await internalRequest(ports, { url: `https://${GIT_HOST}/api/v1/version?a=b` });
  assert.deepEqual(answer.json(), { version: '1' });
  assert.deepEqual(seen, ['/git/api/v1/version?a=b', `Basic ${btoa('engines:secret')}`]);
  const asAnother = { url: `https://${GIT_HOST}/api/v1/user`, headers: { 'Impersonate-User': 'ann' } };
  await assert.rejects(internalRequest(ports, asAnother), { code: 'CannotActFor' });
  assert.equal(seen.length, 2, 'nothing was asked in another’s name');
});
