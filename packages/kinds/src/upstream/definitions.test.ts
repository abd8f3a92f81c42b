import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  argoCdDefinitions,
  argoWorkflowsDefinitions,
  certManagerDefinitions,
  gatewayApiDefinitions,
} from './definitions.ts';

const rows = [
  { load: argoCdDefinitions, kind: 'Application', because: 'teams deliver with it' },
  { load: argoWorkflowsDefinitions, kind: 'CronWorkflow', because: 'pipelines run on time' },
  { load: certManagerDefinitions, kind: 'ClusterIssuer', because: 'certificates need an issuer' },
  { load: gatewayApiDefinitions, kind: 'HTTPRoute', because: 'services get hostnames' },
];

for (const { load, kind, because } of rows) {
  test(`${load.name}() holds ${kind} because ${because}`, async () => {
    const definitions = await load();
    const found = definitions.find(definition => definition.spec.names.kind === kind);
    const stored = found?.spec.versions.find(version => version.storage);
    assert.equal(stored?.schema?.openAPIV3Schema?.type, 'object');
    assert.ok(stored?.schema?.openAPIV3Schema?.properties?.spec, 'parts are put together again');
    assert.ok(!JSON.stringify(definitions).includes('"$":'), 'no reference stays behind');
  });
}
