// Every pinned release of the catalogue, rendered from bare repositories of this machine (SLIPWAY_GIT_MIRROR, a path
// with {owner} and {name}): its bytes are those that are pinned, and what comes of them is what the platform may apply.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import type { AnyObject } from '@slipway/api';
import { type ClusterComponent, gitMirror, planCluster, releaseFiles, STEPS } from '@slipway/cluster';
import {
  type ClusterNeeds,
  emptyLock,
  identityOf,
  parseDefinition,
  type Release,
  select,
  type Technology,
} from '@slipway/definition';
import { catalogue } from '@slipway/platform';
import { parseYaml } from '@slipway/render';
import {
  INDEX_FILE,
  indexFile,
  liesInGit,
  repositoryFiles,
} from '../../packages/cluster/src/gitops/repository-files.ts';
import { levelProblems, podsOf } from '../accepted/pod-security.ts';
import { sampleParameters } from '../accepted/sample-parameters.ts';
import { standInFor } from '../accepted/stand-in.ts';
import { labProgram } from '../lab-program.ts';

const template = process.env.SLIPWAY_GIT_MIRROR;
const tools = catalogue().technologies.filter(({ upstream }) => upstream);
const run = promisify(execFile);
const cacheFolder = await mkdtemp(join(tmpdir(), 'slipway-releases-'));
after(() => rm(cacheFolder, { recursive: true, force: true }));

/** Charts that run something before or after themselves although no value keeps them from it. */
const HOOKS: Record<string, string> = {
  flux: 'asks whether the cluster is one for it, before it is installed',
  consul: 'makes its GatewayClass in a Job, only for the mesh',
};

for (const tool of tools) {
  for (const release of tool.upstream?.releases ?? []) {
    const skip = missingFor(release);
    test(`${tool.id} ${release.version} is as pinned, and is what a platform may apply`, {
      skip,
    }, async () => {
      const component = await planned(tool, release);
      const again = await planned(tool, release);
      assert.equal(component.digest, again.digest, 'rendering it twice gives the same bytes');
      const objects = STEPS.flatMap(step => component.steps[step]);
      const hooks = [...component.hooks.before, ...component.hooks.after];
      if (!HOOKS[tool.id]) assert.deepEqual(hooks.map(named), [], 'no Jobs for wiring');
      assert.deepEqual(levelProblems(objects, tool.upstream?.podSecurity ?? 'restricted'), []);
      assert.deepEqual(untagged(objects), [], 'images are of one version');
      assert.deepEqual(needsProblems(objects, component.needs), []);
      assert.deepEqual(wishProblems(tool, release, objects), []);
    });
  }
}

for (const tool of tools) {
  const [newest, older] = tool.upstream?.releases ?? [];
  if (!newest || !older) continue;
  const skip = missingFor(newest) || missingFor(older);
  test(`${tool.id} goes from ${older.version} to ${newest.version} in place`, { skip }, async () => {
    const before = unchangeable(await planned(tool, older));
    const after = unchangeable(await planned(tool, newest));
    const changed = [...after].filter(([name, value]) => before.has(name) && before.get(name) !== value);
    assert.deepEqual(changed, [], 'the API server refuses to change these');
  });
}

for (const tool of tools) {
  const [release] = tool.upstream?.releases ?? [];
  if (!release) continue;
  const kustomize = labProgram('kustomize');
  const skip = missingFor(release) || (kustomize ? false : 'SLIPWAY_LAB has no kustomize');
  test(`${tool.id} is the same when it comes out of the platform’s repository`, { skip }, async () => {
    const { steps } = await planned(tool, release);
    const objects = STEPS.flatMap(step => steps[step]).filter(liesInGit);
    const folder = await mkdtemp(join(cacheFolder, 'folder-'));
    const paths = await Promise.all(
      STEPS.map(step => writeStep(folder, step, steps[step].filter(liesInGit))),
    );
    await writeFile(join(folder, INDEX_FILE), indexFile(paths.flat()));
    const { stdout } = await run(kustomize ?? '', ['build', folder], { maxBuffer: 256 * 1024 * 1024 });
    const limits = { maxBytes: 256 * 1024 * 1024, maxValues: 50_000_000 };
    const built = parseYaml(stdout, 'built.yaml', limits).map(({ value }) => value as AnyObject);
    const sorted = (all: AnyObject[]) => all.toSorted((a, b) => (identityOf(a) < identityOf(b) ? -1 : 1));
    assert.deepEqual(sorted(built), sorted(objects.map(withoutNothing)));
  });
}

/** As YAML has it, where nothing is undefined, and kustomize, which leaves out annotations that say nothing. */
function withoutNothing(object: AnyObject): AnyObject {
  const plain = JSON.parse(JSON.stringify(object)) as AnyObject;
  if (Object.keys(plain.metadata.annotations ?? {}).length === 0) delete plain.metadata.annotations;
  return plain;
}

async function writeStep(folder: string, step: string, objects: AnyObject[]): Promise<string[]> {
  await mkdir(join(folder, step));
  const files = repositoryFiles(objects);
  for (const [path, text] of files) await writeFile(join(folder, step, path), text);
  return [...files.keys()].map(path => `${step}/${path}`);
}

/** Fields that the API server never lets anybody change, by object. */
function unchangeable({ steps }: ClusterComponent): Map<string, string> {
  const fields = ({ kind, spec = {}, roleRef }: AnyObject): unknown => {
    if (kind === 'StatefulSet') return [spec.selector, spec.serviceName, spec.volumeClaimTemplates];
    if (kind === 'Deployment' || kind === 'DaemonSet') return spec.selector;
    if (kind === 'RoleBinding' || kind === 'ClusterRoleBinding') return roleRef;
    if (kind === 'CustomResourceDefinition') return spec.scope;
    return kind === 'PersistentVolumeClaim' ? spec : undefined;
  };
  const rows = STEPS.flatMap(step => steps[step]).map(object => [named(object), fields(object)] as const);
  return new Map(
    rows.filter(([, value]) => value !== undefined).map(([n, value]) => [n, JSON.stringify(value)]),
  );
}

/** Why a release cannot be rendered here, or false. */
function missingFor({ parts }: Release): string | false {
  if (!template) return 'SLIPWAY_GIT_MIRROR says no bare repositories';
  for (const part of parts) {
    if ('chart' in part) return `${part.chart.repository} is a chart repository`;
    const mirror = 'git' in part ? gitMirror(template)(part.git.repository) : template;
    if ('git' in part && !(mirror && existsSync(mirror))) return `no mirror of ${part.git.repository}`;
  }
  return false;
}

/** The component of a platform that has nothing else but what grants its wishes. */
async function planned(tool: Technology, release: Release): Promise<ClusterComponent> {
  const standIn = standInFor(tool);
  const technologies = [standIn, tool];
  const capabilities = catalogue().capabilities.map(each => ({
    ...each,
    technologies: technologies.filter(one => one.capabilities.includes(each.id)).map(one => one.id),
  }));
  const own = { capabilities, technologies, blueprints: [] };
  const choice = JSON.stringify({ technology: tool.id, parameters: sampleParameters(tool) });
  const text = `apiVersion: slipway.dev/v1alpha1\nkind: Platform\nmetadata: { name: acme }\nspec: { target: { kubernetes: {} }, domain: acme.example, capabilities: { deployment-targets: stand-in, ${tool.capabilities[0]}: ${choice} } }\n`;
  const sources = { cacheFolder, ...(template ? { mirrorOf: gitMirror(template) } : {}) };
  const files = await releaseFiles(release, sources);
  const plan = await planCluster({
    selection: select(parseDefinition(text, 'platform.yaml'), own),
    catalogue: own,
    lock: emptyLock(),
    releases: new Map([[tool.id, { release, files }]]),
    cluster: { version: 'v1.36.3' },
    definitions: [],
  });
  const found = plan.components.find(({ id }) => id === tool.id);
  assert.ok(found);
  return found;
}

/** Containers whose image says no version: it would be another one tomorrow. */
function untagged(objects: AnyObject[]): string[] {
  return podsOf(objects)
    .flatMap(({ containers }) => containers)
    .filter(({ image }) => !/:[^/:]*\d[^/:]*(@sha256:[0-9a-f]{64})?$|@sha256:[0-9a-f]{64}$/.test(image ?? ''))
    .map(({ name, image }) => `${name}: ${image}`);
}

/** What the pods request beyond what the tool says it needs. */
function needsProblems(objects: AnyObject[], { cpu = '0', memory = '0' }: ClusterNeeds): string[] {
  const sum = { cpu: 0, memory: 0 };
  for (const { replicas, containers } of podsOf(objects)) {
    for (const { resources } of containers.filter(({ isInit }) => !isInit)) {
      sum.cpu += replicas * amountOf(resources?.requests?.cpu);
      sum.memory += replicas * amountOf(resources?.requests?.memory);
    }
  }
  return (
    [
      ['cpu', cpu, sum.cpu],
      ['memory', memory, sum.memory],
    ] as const
  ).flatMap(([what, said, found]) =>
    amountOf(said) + 1e-9 >= found ? [] : [`${what}: says ${said}, its pods request ${found}`],
  );
}

const UNITS: Record<string, number> = { m: 0.001, Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3, M: 1e6, G: 1e9 };

/** A quantity as Kubernetes writes it, in cores or bytes. */
function amountOf(quantity: string | number | undefined): number {
  const [, number = '0', unit = ''] = /^([0-9.]+)([A-Za-z]*)$/.exec(String(quantity ?? 0)) ?? [];
  return Number(number) * (UNITS[unit] ?? 1);
}

/** Routes that lead to no Service, and metrics that no pod has. */
function wishProblems(tool: Technology, { version }: Release, objects: AnyObject[]): string[] {
  const namespace = tool.upstream?.namespace ?? '';
  const settings = {
    platform: 'acme',
    parameters: sampleParameters(tool),
    domain: 'acme.example',
    environments: ['dev', 'prod'],
    appsDomain: 'apps.acme.example',
    tls: { issuer: 'local' as const },
    namespace,
    version,
    url: (host: string) => `https://${host}.acme.example`,
    gitops: false,
    isGranted: () => true,
  };
  return (tool.upstream?.wishes?.(settings) ?? []).flatMap(wish => {
    if (wish.contract === 'route') {
      const service = objects.find(
        ({ kind, metadata }) => kind === 'Service' && metadata.name === wish.service,
      );
      const ports = (service?.spec?.ports ?? []) as { port: number }[];
      return ports.some(({ port }) => port === wish.port)
        ? []
        : [`route ${wish.name}: no ${wish.service}:${wish.port}`];
    }
    if (wish.contract !== 'metrics') return [];
    const pods = podsOf(objects).filter(({ labels }) =>
      Object.entries(wish.selector).every(([key, value]) => labels[key] === value),
    );
    const ports = pods.flatMap(pod => pod.containers.flatMap(({ ports = [] }) => ports));
    const isThere = ports.some(
      ({ name, containerPort }) => wish.port === name || wish.port === containerPort,
    );
    return isThere ? [] : [`metrics ${wish.name}: ${pods.length} pods, ports ${JSON.stringify(ports)}`];
  });
}

function named({ kind, metadata }: AnyObject): string {
  return `${kind} ${metadata.name}`;
}
