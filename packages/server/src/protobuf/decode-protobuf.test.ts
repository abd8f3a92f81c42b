import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeProtobuf } from './decode-protobuf.ts';

/** One field: a number is a varint, bytes and texts are length-delimited. */
function field(number: number, value: number | string | Buffer): Buffer {
  if (typeof value === 'number') return Buffer.concat([varint(number << 3), varint(value)]);
  const bytes = Buffer.from(value as string);
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 128);
  }
}

const join = (...parts: Buffer[]) => Buffer.concat(parts);

function body(apiVersion: string, kind: string, raw: Buffer): Buffer {
  const type = join(field(1, apiVersion), field(2, kind));
  return join(Buffer.from('k8s\0'), field(1, type), field(2, raw));
}

const metadata = field(1, join(field(1, 'x'), field(2, ''), field(8, Buffer.alloc(0))));
const container = join(
  field(1, 'main'),
  field(8, field(1, join(field(1, 'cpu'), field(2, field(1, '100m'))))),
);
const servicePort = join(field(1, ''), field(3, 80), field(4, join(field(1, 1), field(3, 'http'))));

const rows: { body: Buffer; json: object; because: string }[] = [
  {
    body: body('v1', 'ConfigMap', join(metadata, field(2, join(field(1, 'k'), field(2, 'v'))))),
    json: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data: { k: 'v' } },
    because: 'maps are entries; Go writes empty texts and zero times, JSON does not have them',
  },
  {
    body: body('v1', 'Secret', join(metadata, field(2, join(field(1, 'k'), field(2, Buffer.from([1, 2])))))),
    json: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' }, data: { k: 'AQI=' } },
    because: 'bytes are base64 in JSON',
  },
  {
    body: body('v1', 'Pod', join(metadata, field(2, join(field(2, container), field(4, 0), field(11, 0))))),
    json: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'x' },
      spec: {
        containers: [{ name: 'main', resources: { limits: { cpu: '100m' } } }],
        terminationGracePeriodSeconds: 0,
      },
    },
    because: 'a zero behind a Go pointer was said (grace), one without was not (hostNetwork)',
  },
  {
    body: body('v1', 'Service', join(metadata, field(2, field(1, servicePort)))),
    json: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'x' },
      spec: { ports: [{ port: 80, targetPort: 'http' }] },
    },
    because: 'an IntOrString of kind 1 is its text',
  },
  {
    body: body(
      'coordination.k8s.io/v1',
      'Lease',
      join(metadata, field(2, field(3, join(field(1, 1_000_000_000), field(2, 5_000))))),
    ),
    json: {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'x' },
      spec: { acquireTime: '2001-09-09T01:46:40.000005Z' },
    },
    because: 'a MicroTime has six digits',
  },
  {
    body: body('apps/v1', 'DeleteOptions', field(1, 5)),
    json: { apiVersion: 'apps/v1', kind: 'DeleteOptions', gracePeriodSeconds: 5 },
    because: 'DeleteOptions are the same in every group',
  },
];
for (const row of rows) {
  test(`decodeProtobuf(): ${row.because}`, () => {
    const decoded = decodeProtobuf(row.body);
    assert.deepEqual(JSON.parse(JSON.stringify(decoded)), row.json);
  });
}

const wrong: { body: Buffer; code: string; because: string }[] = [
  { body: Buffer.from('{"kind"'), code: 'BadRequest', because: 'JSON has no magic' },
  { body: Buffer.from('k8s\0\x0a\x7f'), code: 'BadRequest', because: 'a field longer than the body' },
  {
    body: body('nobody/v1', 'Widget', Buffer.alloc(0)),
    code: 'UnsupportedMediaType',
    because: 'custom kinds have no numbers',
  },
];
for (const row of wrong) {
  test(`decodeProtobuf() refuses: ${row.because}`, () => {
    assert.throws(() => decodeProtobuf(row.body), { code: row.code });
  });
}
