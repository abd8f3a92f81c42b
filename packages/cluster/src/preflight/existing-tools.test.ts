// Tools that somebody runs already are asked before they are used, with the credentials that are theirs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Existing, Selection, Technology } from '@slipway/definition';
import { Namespace, Secret } from '@slipway/kinds';
import { type Kube, startKube } from '@slipway/kube';
import { existingObstacles } from './existing-tools.ts';
import { obstacleText } from './obstacle.ts';

let kube: Kube;
before(async () => {
  kube = await startKube();
  const client = kube.client();
  await client.create(Namespace, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'slipway-system' },
  });
  const data = { token: btoa('s3cret') };
  const metadata = { name: 'whole', namespace: 'slipway-system' };
  await client.create(Secret, { apiVersion: 'v1', kind: 'Secret', metadata, data });
  await client.create(Secret, { apiVersion: 'v1', kind: 'Secret', metadata: { ...metadata, name: 'empty' } });
});
after(() => kube.stop());

const keys = {
  token: { description: 'a token that may read' },
  'ca.crt': { description: 'a CA', optional: true },
};

function selectionOf(check: Existing['check'], credentials?: string): Selection {
  const technology = {
    id: 'ci',
    parameters: { type: 'object', properties: {} },
    existing: { credentials: keys, check },
  } as unknown as Technology;
  const existing = { url: 'https://ci.example.com/', ...(credentials ? { credentials } : {}) };
  return {
    name: 'acme',
    domain: 'acme.example',
    appsDomain: 'apps.example',
    document: { spec: {} },
    environments: [],
    components: [{ technology, capabilities: [], engine: 'existing', parameters: {}, existing }],
  } as unknown as Selection;
}

const fine: Existing['check'] = async ({ credentials }, { address }) => [
  {
    check: 'token',
    ok: credentials.token === 's3cret' && address === 'https://ci.example.com',
    found: 'as it should be',
  },
];

for (const { check, credentials, expected, because } of [
  { check: fine, credentials: 'whole', expected: [], because: 'it answers' },
  {
    check: fine,
    credentials: 'empty',
    expected: [
      'ci: its Secret lacks token (a token that may read): Secret slipway-system/empty; kubectl create secret generic -n slipway-system empty --from-literal=token=…',
    ],
    because: 'a key is missing',
  },
  {
    check: fine,
    credentials: 'none',
    expected: [
      'ci: there is no Secret with token (a token that may read): Secret slipway-system/none; kubectl create secret generic -n slipway-system none --from-literal=token=…',
    ],
    because: 'the Secret is missing',
  },
  {
    check: async () => [{ check: 'version', ok: false, found: '1.0 is too old', advice: 'upgrade it' }],
    credentials: 'whole',
    expected: ['ci: version: 1.0 is too old: https://ci.example.com; upgrade it'],
    because: 'it is not what is needed',
  },
  {
    check: async () => {
      throw new Error('connection refused');
    },
    credentials: 'whole',
    expected: [
      'ci: answer: connection refused: https://ci.example.com; see that it runs and can be reached from here',
    ],
    because: 'it does not answer',
  },
] satisfies { check: Existing['check']; credentials: string; expected: string[]; because: string }[])
  test(`existingObstacles(): ${because}`, async () => {
    const http = async () => assert.fail('nothing is asked here');
    const found = await existingObstacles(selectionOf(check, credentials), kube.client(), { http });
    assert.deepEqual(found.map(obstacleText), expected);
  });
