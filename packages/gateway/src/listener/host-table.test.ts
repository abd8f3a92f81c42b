import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostName, hostTable } from './host-table.ts';

const handler = () => {};
const rows: { hosts: string[]; host: string; finds: string | undefined; because: string }[] = [
  { hosts: ['a.b', '*.b'], host: 'a.b', finds: 'a.b', because: 'exact wins' },
  { hosts: ['*.b', '*.a.b'], host: 'x.a.b', finds: '*.a.b', because: 'then the longest wildcard' },
  { hosts: ['*.b'], host: 'x.y.z.b', finds: '*.b', because: 'a wildcard stands for any number of labels' },
  { hosts: ['*.b'], host: 'b', finds: undefined, because: 'but for one at least' },
  { hosts: ['*.b'], host: 'ab', finds: undefined, because: 'labels are whole' },
  { hosts: ['a.b', '*'], host: 'c', finds: '*', because: 'a star alone takes the rest' },
  { hosts: ['*.b', '*'], host: 'c', finds: '*', because: 'also beside wildcards' },
  { hosts: ['A.b'], host: 'a.B.:443', finds: 'A.b', because: 'case, port and a final dot do not matter' },
];
for (const row of rows) {
  test(`hostTable() finds ${row.finds} for ${row.host}: ${row.because}`, () => {
    const table = hostTable(row.hosts.map(host => ({ host, handler })));
    assert.equal(table.find(row.host)?.host, row.finds);
  });
}

test('hostName() keeps the brackets of IPv6 literals', () => {
  assert.equal(hostName('[::1]:8443'), '[::1]');
});
