// The gateway alone, as the platform runs it: our listener, our proxy, the network capability's own choice of a
// backend for one HTTPRoute with one endpoint.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { silentLog, systemClock } from '@slipway/api';
import { createProxy, openGateway } from '@slipway/gateway';
import { createPick } from '../capabilities/network/technologies/gateway-api/data-path/pick.ts';
import { buildTable } from '../capabilities/network/technologies/gateway-api/table/route-table.ts';

const [, , folder = '', backend = ''] = process.argv;
const port = Number(backend);
const table = buildTable([
  {
    hostname: 'localhost',
    path: { type: 'PathPrefix', value: '/' },
    headers: [],
    query: [],
    order: { created: '', name: 'bench/bench', rule: 0, match: 0 },
    source: 'HTTPRoute bench/bench',
    action: { backends: [{ namespace: 'bench', service: 'bench', port: 80, weight: 1 }] },
  },
]);
const service = {
  metadata: { namespace: 'bench', name: 'bench', uid: '', resourceVersion: '', creationTimestamp: '' },
};
const endpoints = [{ key: `127.0.0.1:${port}`, address: '127.0.0.1', port }];
const none = async () => ({ status: 503, title: 'none', message: 'none' });
const proxy = createProxy({
  log: silentLog,
  pick: createPick({
    table: () => table,
    service: () => ({ apiVersion: 'v1', kind: 'Service', spec: {}, ...service }),
    endpoints: () => endpoints,
    dial: async () => connect({ host: '127.0.0.1', port, noDelay: true }),
    explain: none,
    explainRefusal: none,
  }),
});
const pair = {
  cert: readFileSync(`${folder}/cert.pem`, 'utf8'),
  key: readFileSync(`${folder}/key.pem`, 'utf8'),
};
const gateway = await openGateway({
  host: '127.0.0.1',
  port: 0,
  certificates: async () => pair,
  clock: systemClock,
  log: silentLog,
});
gateway.setRoutes([{ host: '*', handler: proxy.handler, upgrade: proxy.upgrade, express: proxy.express }]);
process.send?.(gateway.port);
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => process.exit());
