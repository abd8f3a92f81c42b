// The embedded engines' controllers on the real Kubernetes: the suites that they pass on our API server, once more, each
// engine with the token of its own ServiceAccount.
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { silentLog, systemClock, systemRandom } from '@slipway/api';
import { applyObjects, type Ports, type Settings } from '@slipway/definition';
import { ClusterRole, ClusterRoleBinding, CustomResourceDefinition, Environment } from '@slipway/kinds';
import { createRuntime } from '@slipway/runtime';
import { awaitAuthors } from '../../apps/platform/src/cluster/await-authors.ts';
import { recordedAuthors } from '../../apps/platform/src/cluster/recorded-authors.ts';
import { clusterDefinitions } from '../../apps/platform/src/own-kinds.ts';
import { portalConformance } from '../../capabilities/catalog/conformance.ts';
import { slipwayPortal } from '../../capabilities/catalog/technologies/slipway-portal/index.ts';
import {
  type PortalStage,
  stagePortal,
} from '../../capabilities/catalog/technologies/slipway-portal/portal.fixture.ts';
import { deliveryConformance, promotionConformance } from '../../capabilities/delivery/conformance.ts';
import { argoCd } from '../../capabilities/delivery/technologies/argo-cd/index.ts';
import {
  deliveryGroundOf,
  startTestPlatform,
  type TestPlatform,
} from '../../capabilities/delivery/technologies/argo-cd/platform.fixture.ts';
import {
  promotionGroundOf,
  Scene,
} from '../../capabilities/delivery/technologies/argo-cd/promotion/scene.fixture.ts';
import { policyConformance } from '../../capabilities/policy/conformance.ts';
import { validatingAdmissionPolicy } from '../../capabilities/policy/technologies/validating-admission-policy/index.ts';
import { workflowConformance } from '../../capabilities/workflows/conformance.ts';
import { argoWorkflows } from '../../capabilities/workflows/technologies/argo-workflows/index.ts';
import {
  type Stage,
  stageWorkflows,
} from '../../capabilities/workflows/technologies/argo-workflows/workflows.fixture.ts';
import { noRealCluster, type RealCluster, realCluster } from '../real-cluster.ts';
import { type RealKube, realKube } from '../real-kube.ts';

const NAME = 'on the real Kubernetes';
const skip = noRealCluster();
const ENGINES = [validatingAdmissionPolicy, argoCd, argoWorkflows, slipwayPortal];

let cluster: RealCluster | undefined;
let real: RealKube;

describe('embedded engines', { skip }, () => {
  before(async () => {
    cluster = await realCluster({ nodes: 0 });
    assert.ok(cluster);
    real = realKube(cluster);
    await serveKinds();
    await applyObjects(real.kube.client(), recordedAuthors());
    await awaitAuthors(real.kube.client(), { clock: systemClock, namespace: 'default', timeoutMs: 30_000 });
  });
  after(async () => {
    await real?.stop();
    await cluster?.stop();
  });

  describe('policy', () => {
    let stop: () => Promise<void>;
    before(async () => {
      for (const group of ['developers', 'releasers']) await mayDoEverything(group);
      stop = await startPolicy();
    });
    after(() => stop?.());
    policyConformance(`validating-admission-policy, ${NAME}`, () => ({
      client: real.kube.client(),
      as: person => real.kube.client(person),
      namespace: 'default',
    }));
  });

  describe('delivery', () => {
    let platform: TestPlatform;
    before(async () => {
      platform = await startTestPlatform({ kube: real.kube, account: await real.account(argoCd) });
    });
    after(() => platform?.stop());
    deliveryConformance(`argo-cd, ${NAME}`, () => deliveryGroundOf(platform));
  });

  describe('promotion', () => {
    let scene: Scene;
    before(async () => {
      scene = await Scene.start(real.kube);
      const body = { spec: { promotion: { requires: null } } };
      await scene.client.patch(Environment, { name: 'prod' }, { type: 'merge', body });
      // What of ours runs beside Argo CD has fewer rights than an engine that applies everything.
      const rules = argoCd.beside?.rules ?? [];
      await scene.run((await real.account({ id: 'argo-cd-beside', rules })).client);
    });
    after(() => scene?.stop());
    promotionConformance(`argo-cd, ${NAME}`, () => promotionGroundOf(scene));
  });

  describe('workflows', () => {
    let stage: Stage;
    before(async () => {
      stage = await stageWorkflows({ kube: real.kube, account: await real.account(argoWorkflows) });
    });
    after(() => stage?.stop());
    workflowConformance(`argo-workflows, ${NAME}`, () => ({
      client: stage.client,
      namespace: 'default',
      runsPods: false,
      finishPod: stage.finishPod,
      image: 'busybox',
    }));
  });

  describe('catalog', () => {
    let stage: PortalStage;
    before(async () => {
      stage = await stagePortal({ kube: real.kube, account: await real.account(slipwayPortal) });
    });
    after(() => stage?.stop());
    portalConformance(`slipway-portal, ${NAME}`, () => ({ client: stage.client, namespace: 'team-default' }));
  });
});

/** At once, before the suites ask for them one after the other. */
async function serveKinds(): Promise<void> {
  const client = real.kube.client();
  const brought = await Promise.all(ENGINES.map(({ kinds }) => kinds?.() ?? []));
  const all = [...clusterDefinitions(), ...(brought.flat() as CustomResourceDefinition[])];
  const distinct = new Map(all.map(definition => [definition.metadata.name, definition]));
  await Promise.all([...distinct.values()].map(each => client.create(CustomResourceDefinition, each)));
}

async function startPolicy(): Promise<() => Promise<void>> {
  const { client } = await real.account(validatingAdmissionPolicy);
  const running = await validatingAdmissionPolicy.embedded?.start({ client } as Ports, {} as Settings);
  assert.ok(running);
  const runtime = createRuntime({ client, clock: systemClock, random: systemRandom, log: silentLog });
  runtime.add(running.controllers);
  await runtime.start();
  return () => runtime.stop();
}

async function mayDoEverything(group: string): Promise<void> {
  const client = real.kube.client();
  const apiGroup = 'rbac.authorization.k8s.io';
  const about = { apiVersion: `${apiGroup}/v1`, metadata: { name: group } };
  const rules = [{ apiGroups: ['slipway.dev'], resources: ['*'], verbs: ['*'] }];
  await client.create(ClusterRole, { ...about, kind: 'ClusterRole', rules });
  await client.create(ClusterRoleBinding, {
    ...about,
    kind: 'ClusterRoleBinding',
    subjects: [{ kind: 'Group', name: group, apiGroup }],
    roleRef: { kind: 'ClusterRole', name: group, apiGroup },
  });
}
