import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode, encode, type RecordType } from 'dns-packet';
import { answer } from './dns-server.ts';

const lookup = async (name: string) => {
  if (name === 'broken.test') throw new Error('cannot say');
  return name === 'web.test' ? ['10.96.0.5', '10.96.0.6'] : [];
};

const question = (name: string, type: RecordType) =>
  encode({ type: 'query', id: 7, questions: [{ type, name }] });

test('answer() says what a resolver needs to hear', async () => {
  const rows: { name: string; type: RecordType; rcode: string; addresses: string[]; because: string }[] = [
    {
      name: 'web.test',
      type: 'A',
      rcode: 'NOERROR',
      addresses: ['10.96.0.5', '10.96.0.6'],
      because: 'it exists',
    },
    {
      name: 'WEB.test',
      type: 'A',
      rcode: 'NOERROR',
      addresses: ['10.96.0.5', '10.96.0.6'],
      because: 'case does not matter (RFC 4343)',
    },
    {
      name: 'web.test',
      type: 'AAAA',
      rcode: 'NOERROR',
      addresses: [],
      because: 'a name without such a record is not an error',
    },
    {
      name: 'gone.test',
      type: 'A',
      rcode: 'NXDOMAIN',
      addresses: [],
      because: 'then the next search domain is tried',
    },
    { name: 'broken.test', type: 'A', rcode: 'SERVFAIL', addresses: [], because: 'not knowing is not "no"' },
  ];
  for (const { name, type, rcode, addresses, because } of rows) {
    const reply = await answer(question(name, type), lookup);
    assert.ok(reply);
    const { id, answers, ...rest } = decode(reply);
    assert.equal(id, 7);
    assert.equal((rest as { rcode?: string }).rcode, rcode, because);
    assert.deepEqual(
      answers?.map(one => ('data' in one ? one.data : undefined)),
      addresses,
      because,
    );
  }
});

test('answer() keeps silent about what is no question', async () => {
  assert.equal(await answer(Buffer.from('no dns'), lookup), undefined);
  assert.equal(await answer(encode({ type: 'response', id: 1, questions: [] }), lookup), undefined);
});
