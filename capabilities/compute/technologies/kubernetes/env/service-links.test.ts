import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Service } from '@slipway/kinds';
import { serviceVariables } from './service-links.ts';

const service = (name: string, spec: Service['spec']): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  ...(spec ? { spec } : {}),
});

test('serviceVariables() names address and ports as Docker links did', () => {
  const ports = [
    { name: 'web', port: 80, protocol: 'TCP' },
    { name: 'dns', port: 53, protocol: 'UDP' },
  ];
  const variables = serviceVariables([service('my-shop', { clusterIP: '10.96.1.2', ports })]);
  assert.deepEqual(Object.fromEntries(variables), {
    MY_SHOP_SERVICE_HOST: '10.96.1.2',
    MY_SHOP_SERVICE_PORT: '80',
    MY_SHOP_SERVICE_PORT_WEB: '80',
    MY_SHOP_SERVICE_PORT_DNS: '53',
    MY_SHOP_PORT: 'tcp://10.96.1.2:80',
    MY_SHOP_PORT_80_TCP: 'tcp://10.96.1.2:80',
    MY_SHOP_PORT_80_TCP_PROTO: 'tcp',
    MY_SHOP_PORT_80_TCP_PORT: '80',
    MY_SHOP_PORT_80_TCP_ADDR: '10.96.1.2',
    MY_SHOP_PORT_53_UDP: 'udp://10.96.1.2:53',
    MY_SHOP_PORT_53_UDP_PROTO: 'udp',
    MY_SHOP_PORT_53_UDP_PORT: '53',
    MY_SHOP_PORT_53_UDP_ADDR: '10.96.1.2',
  });
});

test('serviceVariables() leaves out what has no address', () => {
  const rows = [
    { spec: { clusterIP: 'None', ports: [{ port: 80 }] }, because: 'headless' },
    { spec: { type: 'ExternalName', externalName: 'x.example' }, because: 'a name of somebody else' },
    { spec: { clusterIP: '10.96.1.2' }, because: 'no ports' },
  ];
  for (const { spec, because } of rows) assert.equal(serviceVariables([service('a', spec)]).size, 0, because);
});
