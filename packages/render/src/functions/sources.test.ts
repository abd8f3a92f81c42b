import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { type Clock, type Random, systemRandom } from '@slipway/api';
import { parseTemplates } from '../go-template/template.ts';
import { goMap } from '../go-template/value.ts';
import { loadZone } from '../go-time/zone.ts';
import { helmFunctions } from './helm-functions.ts';

/** 2024-03-10 06:30:05.25 UTC: half an hour before New York's clocks change. */
const clock: Clock = { now: () => 1_710_052_205_250, sleep: async () => {} };
/** Bytes 0, 1, 2 … */
function counting(): Random {
  let next = 0;
  return {
    bytes: size => Uint8Array.from({ length: size }, () => next++ % 256),
    uuid: () => '11111111-2222-4333-8444-555555555555',
  };
}

function render(text: string, random = counting()): string {
  const local = loadZone('America/New_York');
  const functions = helmFunctions({ clock, random, ...(local ? { local } : {}) });
  return parseTemplates([{ name: 't', text }], { functions }).execute('t', goMap());
}

const rows: [template: string, expected: string, because: string][] = [
  ['{{ now }}', '2024-03-10 01:30:05.25 -0500 EST', 'the clock is the one that was given, the zone too'],
  [
    '{{ now.UTC.Format "15:04:05.000" }} {{ now.Unix }} {{ now.Month }} {{ now.Weekday }}',
    '06:30:05.250 1710052205 March Sunday',
    'times have methods',
  ],
  [
    '{{ now | date "2006-01-02 15:04" }} {{ date "15:04" "x" }}',
    '2024-03-10 01:30 01:30',
    'what is no date is now',
  ],
  ['{{ now | dateModify "1h" | date "15:04 MST" }}', '03:30 EDT', 'an hour that does not exist is left out'],
  [
    '{{ toDate "2006-01-02 15:04" "2024-03-10 02:30" | date "15:04 MST" }}',
    '03:30 EDT',
    'it reads as the one after',
  ],
  ['{{ toDate "2006-01-02" "2024-07-01" | unixEpoch }}', '1719806400', 'dates are read in the local zone'],
  [
    '{{ ago (toDate "2006-01-02" "2024-03-09") }} {{ ago 1710052000 }}',
    '25h30m5s 3m25s',
    'time goes by by the clock',
  ],
  ['{{ durationRound (toDate "2006-01-02" "2024-03-01") }}', '9d', 'so does a duration'],
  [
    '{{ randAlphaNum 8 }} {{ randNumeric 4 }} {{ randAlpha 3 }}',
    'ABCDEFGH 4567 stu',
    'letters follow the random source',
  ],
  ['{{ randBytes 3 }} {{ uuidv4 }}', 'AAEC 11111111-2222-4333-8444-555555555555', 'so do bytes and names'],
  ['{{ randInt 10 266 }} {{ shuffle "abcd" }}', '10 adcb', 'and numbers and shuffling'],
  ['{{ bcrypt "x" }}', '$2a$10$..CA.uOD/eaGAOmJB.yMBu3gEDbyOdtr8k4V2rKjIn.G3CaOtyXzW', 'a salt, too'],
];
for (const [template, expected, because] of rows)
  test(`${template} is ${expected}: ${because}`, () => {
    assert.equal(render(template), expected);
  });

function certificates(text: string): X509Certificate[] {
  const found = render(text, systemRandom).match(
    /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g,
  );
  return (found ?? []).map(pem => new X509Certificate(pem));
}

test('genSignedCert() makes certificates that its authority signed, for its names and days', () => {
  const [ca, leaf] = certificates(
    '{{ $ca := genCA "our ca" 365 }}{{ $ca.Cert }}{{ (genSignedCert "web" (list "10.0.0.1" "::1") (list "web.svc" "*.web.svc") 30 $ca).Cert }}',
  );
  assert.ok(ca && leaf);
  assert.equal(ca.ca, true);
  assert.equal(ca.subject, 'CN=our ca');
  assert.ok(ca.verify(ca.publicKey) && leaf.verify(ca.publicKey) && leaf.checkIssued(ca));
  assert.equal(leaf.ca, false);
  assert.equal(
    leaf.subjectAltName,
    'DNS:web.svc, DNS:*.web.svc, IP Address:10.0.0.1, IP Address:0:0:0:0:0:0:0:1',
  );
  assert.deepEqual(leaf.keyUsage, ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
  assert.equal(leaf.validFromDate.getTime(), 1_710_052_205_000);
  assert.equal(leaf.validToDate.getTime() - leaf.validFromDate.getTime(), 30 * 86_400_000);
});

for (const kind of ['ecdsa', 'ed25519'])
  test(`genSelfSignedCertWithKey() takes an ${kind} key`, () => {
    const [certificate] = certificates(
      `{{ (genSelfSignedCertWithKey "ä" nil (list "a.b") 1 (genPrivateKey "${kind}")).Cert }}`,
    );
    assert.ok(certificate);
    assert.ok(certificate.verify(certificate.publicKey));
    assert.equal(certificate.subject, 'CN=ä');
  });

test('genSignedCert() refuses an authority whose key is another', () => {
  const text =
    '{{ $a := genCA "a" 1 }}{{ $b := genCA "b" 1 }}{{ genSignedCert "c" nil nil 1 (buildCustomCert (b64enc $a.Cert) (b64enc $b.Key)) }}';
  assert.throws(() => render(text, systemRandom), /provided PrivateKey doesn't match parent's PublicKey/);
});
