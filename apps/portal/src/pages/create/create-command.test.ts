import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCommand } from './create-command.ts';

const rows = [
  {
    because: 'the form always sends the owner, which is the team',
    namespace: 'team-default',
    values: { name: 'shop', owner: 'default' },
    command: 'slipway service create --template node --name shop',
  },
  {
    because: 'another team has to be named',
    namespace: 'team-blue',
    values: { name: 'shop', owner: 'blue' },
    command: 'slipway service create --template node --name shop --team blue',
  },
  {
    because: 'a shell must take each value as one word',
    namespace: 'team-default',
    values: { name: 'shop', description: "Bob's shop", empty: '' },
    command: `slipway service create --template node --name shop --set 'description=Bob'\\''s shop'`,
  },
  {
    because: 'secrets are not echoed',
    namespace: 'team-default',
    values: { name: 'shop', apiToken: 'hush' },
    command: 'slipway service create --template node --name shop --set apiToken=…',
  },
  {
    because: 'what makes no service is a run of a template',
    namespace: 'team-default',
    values: { replicas: 2, owner: 'group:default/blue' },
    command: 'slipway template run node --set replicas=2 --set owner=group:default/blue',
  },
];

for (const { because, namespace, values, command } of rows) {
  test(`createCommand() for a run: ${because}`, () => {
    assert.equal(createCommand(namespace, { template: 'node', values }), command);
  });
}
