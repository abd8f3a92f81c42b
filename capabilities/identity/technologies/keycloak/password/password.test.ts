import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock, systemRandom } from '@slipway/api';
import { hashPassword, verifyPassword } from './hash.ts';
import { createThrottle } from './throttle.ts';

test('hashPassword() makes argon2id with Keycloak’s parameters and a new salt each time', async () => {
  const [one, two] = await Promise.all([
    hashPassword('päss', systemRandom),
    hashPassword('päss', systemRandom),
  ]);
  assert.match(one, /^\$argon2id\$v=19\$m=7168,t=5,p=1\$/);
  assert.notEqual(one, two);
  assert.equal(await verifyPassword('päss', one), true);
  assert.equal(await verifyPassword('pa\u0308ss', one), true, 'the same letters typed in another way');
  assert.equal(await verifyPassword('pass', one), false);
});

test('verifyPassword() reads hashes that others made, by the parameters in them', async () => {
  // By the reference implementation: echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1 -l 32
  const hash = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
  assert.equal(await verifyPassword('password', hash), true);
});

test('verifyPassword() answers false without a hash, and for one it cannot read', async () => {
  assert.equal(await verifyPassword('', undefined), false);
  assert.equal(await verifyPassword('x', '$2b$10$bcrypt'), false);
});

test('throttle lets five failures pass, then doubles the wait up to 15 minutes, and forgets', () => {
  let now = 0;
  const throttle = createThrottle({ ...systemClock, now: () => now });
  for (let i = 0; i < 4; i++) throttle.failed('ada');
  assert.equal(throttle.waitMs('ada'), 0);
  throttle.failed('ada');
  assert.equal(throttle.waitMs('ada'), 1000);
  throttle.failed('ada');
  assert.equal(throttle.waitMs('ada'), 2000);
  for (let i = 0; i < 30; i++) throttle.failed('ada');
  assert.equal(throttle.waitMs('ada'), 15 * 60 * 1000);
  assert.equal(throttle.waitMs('bob'), 0, 'each name for itself');
  now += 2 * 3600 * 1000;
  throttle.failed('ada');
  assert.equal(throttle.waitMs('ada'), 0, 'an hour later it starts anew');
  throttle.succeeded('ada');
  assert.equal(throttle.waitMs('ada'), 0);
});
