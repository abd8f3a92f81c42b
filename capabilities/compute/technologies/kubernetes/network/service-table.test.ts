import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EndpointSlice, Service } from '@slipway/kinds';
import { createServiceTable } from './service-table.ts';

const service = (name: string, spec: Service['spec']): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'shop', name },
  ...(spec ? { spec } : {}),
});
const slice = (
  name: string,
  endpoints: NonNullable<EndpointSlice['endpoints']>,
  ports: EndpointSlice['ports'],
): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { namespace: 'shop', name: `${name}-1`, labels: { 'kubernetes.io/service-name': name } },
  addressType: 'IPv4',
  endpoints,
  ...(ports ? { ports } : {}),
});

function filled() {
  const table = createServiceTable();
  table.setService(
    service('web', { clusterIP: '10.96.0.7', ports: [{ name: 'http', port: 80, targetPort: 8080 }] }),
  );
  table.setSlice(
    slice(
      'web',
      [
        { addresses: ['10.244.0.2'], conditions: { ready: true } },
        { addresses: ['10.244.0.3'], conditions: { ready: false } },
      ],
      [{ name: 'http', port: 8080 }],
    ),
  );
  table.setService(service('db', { clusterIP: 'None', ports: [{ port: 5432 }] }));
  table.setSlice(
    slice(
      'db',
      [
        { addresses: ['10.244.0.4'], hostname: 'db-0' },
        { addresses: ['10.244.0.5'], hostname: 'db-1', conditions: { ready: false } },
      ],
      [{ port: 5432 }],
    ),
  );
  table.setService(service('outside', { type: 'ExternalName', externalName: 'api.example' }));
  return table;
}

test('lookup() answers as cluster DNS does', () => {
  const table = filled();
  const rows = [
    { name: 'web.shop', found: { addresses: ['10.96.0.7'] }, because: 'its virtual address' },
    { name: 'db.shop', found: { addresses: ['10.244.0.4'] }, because: 'headless: the ready pods' },
    { name: 'db-0.db.shop', found: { addresses: ['10.244.0.4'] }, because: 'one pod of a StatefulSet' },
    { name: 'db-1.db.shop', found: { addresses: [] }, because: 'it is not ready' },
    { name: 'outside.shop', found: { addresses: [], external: 'api.example' }, because: 'another name' },
    { name: 'web.other', found: undefined, because: 'another namespace' },
    { name: 'x.web.shop', found: undefined, because: 'a Service with an address has no names below' },
  ];
  for (const { name, found, because } of rows) assert.deepEqual(table.lookup(name), found, because);
});

test('endpoints() leads to ready pods at their own port', () => {
  const table = filled();
  assert.deepEqual(table.endpoints('10.96.0.7', 80), {
    service: 'shop/web',
    ready: [{ address: '10.244.0.2', port: 8080 }],
  });
  assert.deepEqual(table.endpoints('10.96.0.7', 81), { service: 'shop/web', ready: [] });
  assert.equal(table.endpoints('10.96.0.8', 80), undefined);
  table.deleteService('shop/web');
  assert.equal(table.endpoints('10.96.0.7', 80), undefined);
});

test('ports() are all that anything may be dialled at', () => {
  assert.deepEqual([...filled().ports()].sort(), [5432, 80, 8080]);
});
