// A service in two environments at a real API server and real Git; the test plays pipelines, policy and Argo CD.
import assert from 'node:assert/strict';
import { type Stored, silentLog, systemClock, systemRandom, type UserInfo } from '@slipway/api';
import type { Client } from '@slipway/client';
import {
  Application,
  Approval,
  Build,
  buildDefinition,
  CREATED_BY,
  CustomResourceDefinition,
  Environment,
  Namespace,
  Promotion,
  type PromotionStatus,
  Repository,
  Workflow,
  Workload,
} from '@slipway/kinds';
import { argoWorkflowsDefinitions } from '@slipway/kinds/upstream/definitions.ts';
import { type Kube, recordCreator, startKube } from '@slipway/kube';
import { createRuntime } from '@slipway/runtime';
import type { PromotionGround } from '../../../contract.ts';
import { writeManifests } from '../environment/write-manifests.ts';
import { argoCd } from '../index.ts';
import { WORKLOAD_LABEL, workflowName } from '../workload/plan.ts';
import { startTestGit, type TestGit } from './git.fixture.ts';
import { promotionController } from './reconcile.ts';

export const NAMESPACE = 'team-default';
export const ANN: UserInfo = { username: 'ann', uid: 'u-ann', groups: ['system:masters'] };
const meta = (name: string) => ({ name, namespace: NAMESPACE });
const key = { apiVersion: 'slipway.dev/v1alpha1' };

export class Scene {
  readonly kube: Kube;
  readonly git: TestGit;
  readonly client: Client;
  #stop: () => Promise<void> = async () => {};

  private constructor(kube: Kube, git: TestGit) {
    this.kube = kube;
    this.git = git;
    this.client = kube.client();
  }

  /** On our own API server, unless another is given. */
  static async start(given?: Kube): Promise<Scene> {
    const scene = new Scene(given ?? (await startKube()), await startTestGit());
    const { client, kube } = scene;
    kube.server.addAdmission(recordCreator(CREATED_BY, [Promotion, Approval]));
    const definitions = [
      ...((await argoCd.kinds?.()) ?? []),
      ...(await argoWorkflowsDefinitions()),
      buildDefinition,
    ];
    for (const definition of definitions as CustomResourceDefinition[])
      await client.create(CustomResourceDefinition, definition);
    await client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
    const environment = (name: string, order: number, promotion?: object) =>
      client.create(Environment, {
        ...key,
        kind: 'Environment',
        metadata: { name },
        spec: { order, ...promotion },
      });
    await environment('dev', 1);
    const requires = [{ approval: { group: 'managers', count: 1 } }, { checks: ['tests', 'sbom'] }];
    await environment('prod', 2, { promotion: { from: 'dev', requires } });
    await environment('free', 3, { promotion: { from: 'dev' } });
    await scene.run();
    return scene;
  }

  /** Starts the controller; `client` may misbehave. */
  async run(client: Client = this.client): Promise<void> {
    await this.#stop();
    const runtime = createRuntime({ client, clock: systemClock, random: systemRandom, log: silentLog });
    runtime.add([promotionController(this.git)]);
    await runtime.start();
    this.#stop = () => runtime.stop();
  }

  async stop(): Promise<void> {
    await this.#stop();
    await this.kube.stop();
    await this.git.stop();
  }

  /** A service with its repository. */
  async service(name: string): Promise<void> {
    const { client } = this;
    const about = { apiVersion: 'source.slipway.dev/v1alpha1', kind: 'Repository' };
    await client.create(Repository, { ...about, metadata: meta(name), spec: { owner: 'default', name } });
    await client.create(Workload, {
      ...key,
      kind: 'Workload',
      metadata: meta(name),
      spec: { repository: name },
    });
  }

  /** What a pipeline and the delivery to dev leave behind; the image. */
  async version(
    service: string,
    files: Record<string, string>,
    state: { healthy?: boolean; tests?: string } = {},
  ) {
    const { client, git } = this;
    const revision = await git.push(`default/${service}`, files, `change ${Object.keys(files).join(', ')}`);
    const image = `registry.slipway.internal/default/${service}@sha256:${revision}`;
    const labels = { [WORKLOAD_LABEL]: service };
    const workflow = workflowName(service, revision);
    await client.create(Workflow, {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Workflow',
      metadata: { ...meta(workflow), labels },
      spec: {},
      status: { phase: state.tests ?? 'Succeeded' },
    });
    await this.#build(workflow, { labels, revision, image });
    const workload = await client.get(Workload, meta(service));
    const place = { workload, team: 'default', environment: 'dev', source: `default/${service}` };
    await writeManifests(git, { ...place, revision, image, objects: [] });
    const healthy = state.healthy ?? true;
    const dev = {
      name: 'dev',
      namespace: 'default-dev',
      application: `${service}-dev`,
      url: '',
      image,
      revision,
    };
    const status = {
      revision,
      environments: [{ ...dev, healthy, health: healthy ? 'Healthy' : 'Degraded' }],
    };
    await client.patch(
      Workload,
      meta(service),
      { type: 'merge', body: { status } },
      { subresource: 'status' },
    );
    return { image, revision };
  }

  async #build(
    name: string,
    { labels, revision, image }: { labels: Record<string, string>; revision: string; image: string },
  ) {
    await this.client.create(Build, {
      apiVersion: 'artifacts.slipway.dev/v1alpha1',
      kind: 'Build',
      metadata: { ...meta(name), labels },
      spec: { source: { git: { url: '', revision } }, image: image.replace(/@.*/, '') },
    });
    const status = { phase: 'Succeeded', image, sbom: { digest: 'sha256:1', packages: 3 } };
    await this.client.patch(
      Build,
      meta(name),
      { type: 'merge', body: { status } },
      { subresource: 'status' },
    );
  }

  promote(name: string, spec: Promotion['spec'], by = ANN): Promise<Stored<Promotion>> {
    return this.kube.client(by).create(Promotion, { ...key, kind: 'Promotion', metadata: meta(name), spec });
  }

  /** A decision that policy accepts. */
  async decide(name: string, by: string, decision: 'Approve' | 'Reject' = 'Approve'): Promise<void> {
    const { metadata } = await this.client.get(Promotion, meta(name));
    const { uid, generation = 1 } = metadata;
    const object = { ...key, kind: 'Promotion', name, uid, generation };
    const about = { ...key, kind: 'Approval', metadata: meta(`${name}-${by}`) };
    await this.client.create(Approval, { ...about, spec: { object, decision } });
    const status = { phase: 'Accepted', by, groups: ['managers'] };
    await this.client.patch(
      Approval,
      meta(`${name}-${by}`),
      { type: 'merge', body: { status } },
      { subresource: 'status' },
    );
  }

  /** What Argo CD says of an environment when it has applied the newest commit. */
  async applied(service: string, environment: string, status: object = {}): Promise<void> {
    const [newest] = await this.git.commits(`default/environment-${environment}`, 'main');
    const body = {
      status: { sync: { status: 'Synced', revision: newest?.id }, health: { status: 'Healthy' }, ...status },
    };
    await this.client.patch(Application, meta(`${service}-${environment}`), { type: 'merge', body });
  }

  /** Resolves with the status when it is so. */
  async reaches(name: string, holds: (status: PromotionStatus) => boolean): Promise<PromotionStatus> {
    const deadline = performance.now() + 10_000;
    for (;;) {
      const { status = {} } = await this.client.get(Promotion, meta(name));
      if (holds(status)) return status;
      assert.ok(
        performance.now() < deadline,
        `${name} is never so: ${JSON.stringify(status).slice(0, 2000)}`,
      );
      await new Promise(resolve => setTimeout(resolve, 10));
    }
  }
}

/** What the suite needs, on a scene whose `prod` has no rule. */
export function promotionGroundOf(scene: Scene): PromotionGround {
  const { client, git } = scene;
  return {
    client,
    namespace: NAMESPACE,
    version: async (service, content) => {
      if (!(await client.find(Workload, meta(service)))) await scene.service(service);
      return (await scene.version(service, { content })).image;
    },
    commits: service => git.commits('default/environment-prod', 'main', service),
    apply: service => scene.applied(service, 'prod'),
  };
}
