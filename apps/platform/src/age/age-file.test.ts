// Facts of age v1.2.1: its own files open here, and what is written here its command line opened.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemRandom } from '@slipway/api';
import { decryptAge, encryptAge } from './age-file.ts';
import { identityBytes, recipientOf } from './x25519.ts';

const identity = `# created for this test
AGE-SECRET-KEY-1V986ME06S3LHZ9HCW69R9U8Q5GVR8G770JA0JMDG5C23YPHXNVSQV34U0L
`;
const recipient = 'age1zqwvc3sz9cv0fwa3gftc7tc05pteefyffe8qf6mxxusgep5geapqdn5clc';
/** `age -r <recipient>` of "the facts of age". */
const forRecipient = Buffer.from(
  'YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBQN2ZGdFRjbkdwRTdwekR5SlRMTzNaWmJnU2pEbTM3dGhnOEZVL1ZiaG5rCnV2U2pzVWFwcVZWVVhGVUpaVlo5MWZJZiswcStPMDliRDBadWg4SjFET0UKLS0tIERLcWkrMWNDODhCT2VkV3NBdVoxVUxIZFZEZUw0N0dxai9XazhSTUZoY2cK4KdDBEjISAVnWvEmLv6HAQbLK/r6/FZk2wpsZEl6lOAfJcrfBjELvoXQsS9ZOCvJ',
  'base64',
);
/** `age -p` of "age wrote this". */
const byPassphrase = Buffer.from(
  'YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBoV1djL3BhL1hMd0RtcnZZUWZUM0x3IDE4CkhsbXVoT2V6ZXNkY0FTWUsvRVd0OExGMndrS3QzYnRxdTk1TXB4MnJzdDgKLS0tIGZjbkJYS1hpckdLemVGYmJobkVvOHpjdytQTkxveW1CcUtDZE5sRXVEYk0K0z+cXcsdCCCzyhG2jiyRz5kSVtpMtoN+EYINFRx//vBrYgken5wum695/KQzvg==',
  'base64',
);
const passphrase = 'correct horse battery';
const random = systemRandom;

test('decryptAge() opens what age wrote for a key and with a passphrase', async () => {
  assert.equal(recipientOf(identityBytes(identity)), recipient);
  assert.equal((await decryptAge(forRecipient, { identity })).toString(), 'the facts of age');
  assert.equal((await decryptAge(byPassphrase, { passphrase })).toString(), 'age wrote this');
});

test('encryptAge() writes for every recipient; each opens it', async () => {
  const other = recipientOf(random.bytes(32));
  const file = await encryptAge(Buffer.from('a key'), { recipients: [other, recipient] }, random);
  assert.equal((await decryptAge(file, { identity })).toString(), 'a key');
});

test('decryptAge() says why it does not open', async () => {
  const changedHead = Buffer.from(forRecipient);
  changedHead[forRecipient.indexOf('\n--- ') + 8] = 'x'.charCodeAt(0);
  const changedBody = Buffer.from(forRecipient);
  changedBody[forRecipient.length - 1] = (changedBody.at(-1) ?? 0) ^ 1;
  const other = await encryptAge(Buffer.from('x'), { recipients: [recipientOf(random.bytes(32))] }, random);
  const rows: { file: Buffer; opener: Parameters<typeof decryptAge>[1]; code: string; because: RegExp }[] = [
    { file: byPassphrase, opener: { identity }, code: 'AgeLocked', because: /with a passphrase/ },
    { file: forRecipient, opener: { passphrase }, code: 'AgeLocked', because: /for recipients/ },
    { file: other, opener: { identity }, code: 'AgeLocked', because: /other recipients/ },
    { file: changedHead, opener: { identity }, code: 'AgeFileInvalid', because: /head was changed/ },
    { file: changedBody, opener: { identity }, code: 'AgeFileInvalid', because: /content was changed/ },
    { file: Buffer.from('hello'), opener: { identity }, code: 'AgeFileInvalid', because: /no age file/ },
    { file: forRecipient, opener: { identity: 'x' }, code: 'IdentityInvalid', because: /no line/ },
  ];
  for (const { file, opener, code, because } of rows) {
    await assert.rejects(decryptAge(file, opener), { code, message: because });
  }
});

test('encryptAge() refuses what would protect nothing', async () => {
  await assert.rejects(encryptAge(Buffer.from('x'), { passphrase: 'short' }, random), {
    code: 'PassphraseWeak',
  });
  await assert.rejects(encryptAge(Buffer.from('x'), { recipients: ['age1xyz'] }, random), {
    code: 'RecipientInvalid',
  });
});
