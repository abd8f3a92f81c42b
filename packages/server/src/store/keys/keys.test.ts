import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { systemRandom } from '@slipway/api';
import { commandKeys } from './command-keys.ts';
import { passphraseKeys } from './passphrase-keys.ts';

const random = systemRandom;
const plain = Buffer.from('a data key');

test('passphraseKeys() opens with the same words what it wrapped, and names a wrong passphrase', async () => {
  const keys = await passphraseKeys({ passphrase: 'correct horse battery', platformId: 'p', random });
  const sealed = await keys.encrypt(plain);
  const again = await passphraseKeys({ passphrase: 'correct horse battery', platformId: 'p', random });
  assert.deepEqual(Buffer.from(await again.decrypt(sealed)), plain);
  const wrong = await passphraseKeys({ passphrase: 'correct horse batterz', platformId: 'p', random });
  await assert.rejects(wrong.decrypt(sealed), { code: 'KeyMissing', message: /the passphrase/ });
});

test('passphraseKeys() refuses a short one', async () => {
  await assert.rejects(passphraseKeys({ passphrase: 'short', platformId: 'p', random }), {
    code: 'PassphraseWeak',
  });
});

function printing(...secrets: Uint8Array[]): string[] {
  const lines = secrets.map(secret => Buffer.from(secret).toString('base64')).join('\n');
  return [process.execPath, '-e', `console.log(${JSON.stringify(lines)})`];
}

test('commandKeys() wraps with the last key, opens with all, and derives from the first', async () => {
  const [one, two] = [random.bytes(32), random.bytes(48)];
  const before = await commandKeys({ command: printing(one), random });
  const sealed = await before.encrypt(plain);
  const after = await commandKeys({ command: printing(one, two), random });
  assert.notEqual(after.keyId, before.keyId);
  assert.deepEqual(Buffer.from(await after.decrypt(sealed)), plain);
  assert.deepEqual(await after.derive('cookies'), await before.derive('cookies'));
});

test('commandKeys() tells what the command said when it failed', async () => {
  const command = [process.execPath, '-e', 'console.error("vault is sealed"); process.exit(1)'];
  await assert.rejects(commandKeys({ command, random }), {
    code: 'KeyCommandFailed',
    message: /vault is sealed/,
  });
  await assert.rejects(commandKeys({ command: printing(random.bytes(8)), random }), {
    code: 'KeyCommandFailed',
  });
});
