// `testdata/three-way.json` says what gitops-engine's diff.Diff finds for these objects: facts, printed by the real thing.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type AnyObject, type Kind, keyOf, type Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { CustomResourceDefinition } from '@slipway/kinds';
import { type Kube, startKube } from '@slipway/kube';
import { applyClientSide } from '../sync/apply-client-side.ts';
import { type DiffOptions, diffObject, FIELD_MANAGER, LAST_APPLIED } from './diff.ts';
import { ignoreRule } from './ignore-differences.ts';
import { deleteByJq } from './jq-worker.ts';
import rows from './testdata/three-way.json' with { type: 'json' };

const THING = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'things.things.test' },
  spec: {
    group: 'things.test',
    scope: 'Namespaced',
    names: { kind: 'Thing', plural: 'things', singular: 'thing', listKind: 'ThingList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        },
      },
    ],
  },
};

const plain: DiffOptions = {
  ignoreRules: [ignoreRule({ group: '*', kind: '*', jsonPointers: ['/status'] })],
  ignoreAggregatedRoles: false,
  knownFields: {},
  serverSideDiff: false,
  includeMutationWebhook: false,
  serverSideApply: false,
};
const jq = {
  without: (expressions: string[], documents: unknown[]) => deleteByJq({ expressions, documents }),
};

interface Row {
  because: string;
  first: AnyObject;
  change?: object;
  forget?: boolean;
  inject?: boolean;
  wanted: AnyObject;
  modified: boolean;
}

describe('diffObject()', () => {
  let kube: Kube;
  let client: Client;
  before(async () => {
    kube = await startKube();
    client = kube.client();
    await client.create(CustomResourceDefinition, THING as unknown as CustomResourceDefinition);
  });
  after(() => kube.stop());

  async function kindOf({ apiVersion, kind }: AnyObject): Promise<Kind> {
    for (;;) {
      const found = await client.discover(apiVersion, kind);
      if (found) return found;
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  }

  /** Applies an object anew, as a sync would have done before. */
  async function applied(object: AnyObject): Promise<{ kind: Kind; live: Stored<AnyObject> }> {
    const kind = await kindOf(object);
    const key = keyOf(object);
    if (await client.find(kind, key)) await client.delete(kind, key, { propagationPolicy: 'Background' });
    while (await client.find(kind, key)) await new Promise(resolve => setTimeout(resolve, 5));
    const { live } = await applyClientSide(client, {
      kind,
      target: object,
      live: undefined,
      validate: false,
    });
    return { kind, live };
  }

  async function modified(
    kind: Kind,
    target: AnyObject,
    options: Partial<DiffOptions> = {},
  ): Promise<boolean> {
    const live = (await client.get(kind, keyOf(target))) as Stored<AnyObject>;
    const result = await diffObject({ kind, target, live, options: { ...plain, ...options }, client, jq });
    return result.modified;
  }

  for (const row of rows as unknown as Row[]) {
    it(`says ${row.modified ? 'OutOfSync' : 'Synced'} as the real one: ${row.because}`, async () => {
      const { kind } = await applied(row.first);
      const patch = (body: object, type: 'merge' | 'strategic' = 'merge') =>
        client.patch(kind, keyOf(row.first), { type, body });
      if (row.change) await patch(row.change);
      if (row.forget) await patch({ metadata: { annotations: { [LAST_APPLIED]: null } } });
      const sidecar = [{ name: 'sidecar', image: 'proxy' }];
      if (row.inject) await patch({ spec: { template: { spec: { containers: sidecar } } } }, 'strategic');
      assert.equal(await modified(kind, row.wanted), row.modified);
    });
  }

  const web = (image: string, replicas = 1, more: object = {}): AnyObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'ignored', namespace: 'default', ...more },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: {
          containers: [
            { name: 'web', image },
            { name: 'log', image: 'log:1' },
          ],
        },
      },
    },
  });

  const ignores: { rule: object; target: AnyObject; expected: boolean; because: string }[] = [
    {
      rule: { jsonPointers: ['/spec/replicas'] },
      target: web('x:1', 4),
      expected: false,
      because: 'a pointer',
    },
    {
      rule: { kind: 'ReplicaSet', jsonPointers: ['/spec/replicas'] },
      target: web('x:1', 4),
      expected: true,
      because: 'another kind',
    },
    {
      rule: { group: '*', kind: 'Dep*', jsonPointers: ['/spec/replicas'] },
      target: web('x:1', 4),
      expected: false,
      because: 'globs',
    },
    {
      rule: { name: 'other', jsonPointers: ['/spec/replicas'] },
      target: web('x:1', 4),
      expected: true,
      because: 'another name',
    },
    {
      rule: { namespace: 'default', jsonPointers: ['/spec/replicas'] },
      target: web('x:1', 4),
      expected: false,
      because: 'its namespace',
    },
    {
      rule: { jsonPointers: ['/spec/template/spec/containers/0/image'] },
      target: web('x:2'),
      expected: false,
      because: 'a place in a list',
    },
    {
      rule: { jqPathExpressions: ['.spec.template.spec.containers[] | select(.name == "web") | .image'] },
      target: web('x:2'),
      expected: false,
      because: 'a jq path',
    },
    {
      rule: { jqPathExpressions: ['.spec.template.spec.containers[] | select(.name == "log")'] },
      target: web('x:2'),
      expected: true,
      because: 'a jq path to something else',
    },
    {
      rule: { jqPathExpressions: ['.spec.nothing[].there'] },
      target: web('x:2'),
      expected: true,
      because: 'a jq path that does not fit is no rule',
    },
    {
      rule: { managedFieldsManagers: ['scaler'] },
      target: web('x:1', 1),
      expected: false,
      because: 'a field that a trusted manager owns',
    },
    {
      rule: { managedFieldsManagers: ['scaler'] },
      target: web('x:2', 1),
      expected: true,
      because: 'a field that it does not own',
    },
  ];
  for (const { rule, target, expected, because } of ignores) {
    it(`follows ignoreDifferences: ${because}`, async () => {
      const { kind } = await applied(web('x:1'));
      if ('managedFieldsManagers' in rule) {
        const options = { fieldManager: 'scaler' };
        await client.patch(kind, keyOf(target), { type: 'merge', body: { spec: { replicas: 3 } } }, options);
      }
      const ignoreRules = [...plain.ignoreRules, ignoreRule({ group: 'apps', kind: 'Deployment', ...rule })];
      assert.equal(await modified(kind, target, { ignoreRules }), expected);
    });
  }

  it('refuses jq that is none, naming it', async () => {
    const { kind } = await applied(web('x:1'));
    const ignoreRules = [ignoreRule({ group: 'apps', kind: 'Deployment', jqPathExpressions: ['.spec['] })];
    await assert.rejects(modified(kind, web('x:1'), { ignoreRules }), /"\.spec\[": syntax error/);
  });

  it('ignores rules of gathered roles where the settings say so', async () => {
    const role = (rules: unknown): AnyObject => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'gathered' },
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { x: 'y' } }] },
      rules,
    });
    const { kind } = await applied(role([]));
    const wanted = role([{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }]);
    assert.equal(await modified(kind, wanted, { ignoreAggregatedRoles: true }), false);
  });

  it('writes known fields of custom resources one way', async () => {
    const thing = (size: string): AnyObject => ({
      apiVersion: 'things.test/v1',
      kind: 'Thing',
      metadata: { name: 'sized', namespace: 'default' },
      spec: { sizes: [{ size }], every: '90s' },
    });
    const { kind } = await applied(thing('1'));
    const knownFields = { 'things.test/Thing': [{ field: 'spec.sizes.size', type: 'core/Quantity' }] };
    assert.equal(await modified(kind, thing('1000m'), { knownFields }), false);
    assert.equal(await modified(kind, thing('1001m'), { knownFields }), true);
  });

  describe('with ServerSideDiff', () => {
    const options = { serverSideDiff: true };
    const onServer = (object: AnyObject) =>
      kindOf(object).then(kind => client.apply(kind, object, { fieldManager: FIELD_MANAGER, force: true }));

    it('asks the server, which knows defaults and forms', async () => {
      await onServer(web('x:1', 1, { name: 'server' }));
      const kind = await kindOf(web('x:1'));
      assert.equal(await modified(kind, web('x:1', 1, { name: 'server' }), options), false);
      assert.equal(await modified(kind, web('x:2', 1, { name: 'server' }), options), true);
    });

    it('leaves what others than us changed, and sees what we named and name no more', async () => {
      const map = (data: object): AnyObject => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'server', namespace: 'default' },
        data,
      });
      const kind = await kindOf(map({}));
      await onServer(map({ a: '1', b: '2' }));
      const patch = {
        type: 'merge' as const,
        body: { data: { c: '3' }, metadata: { labels: { by: 'hand' } } },
      };
      await client.patch(kind, keyOf(map({})), patch);
      assert.equal(await modified(kind, map({ a: '1', b: '2' }), options), false);
      assert.equal(await modified(kind, map({ a: '1' }), options), true);
    });
  });
});
