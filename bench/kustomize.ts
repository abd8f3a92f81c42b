import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linkedSource } from '../apps/cli/src/rendering/linked-source.ts';
import { buildKustomization } from '../packages/render/src/kustomize/index.ts';
import { has } from '../test/platform-process.ts';
import { besideCommand, renderCommand } from './beside-command.ts';
import type { Series } from './statistics.ts';

/**
 * A base of 50 objects, and an overlay that changes all of them: built in one process, and as a command, in alternation
 * with the real `kustomize` when it is on the PATH.
 */
export async function benchKustomize(): Promise<Series[]> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-bench-')));
  try {
    writeKustomizations(folder);
    const isThere = await has('kustomize', ['version']);
    const render = await renderCommand(folder);
    const measure = (name: string, title: string) => {
      const path = join(folder, name);
      const once = async () => (await buildKustomization({ reader: linkedSource('/'), path })).text;
      const real = isThere ? { name: 'kustomize build', command: ['kustomize', 'build', path] } : undefined;
      return besideCommand({ title: `kustomization, ${title}`, once, command: [...render, path], real });
    };
    const base = await measure('base', 'base of 50');
    return [...base, ...(await measure('overlay', 'overlay over 50'))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const labels = (index: number) => ({ app: `app-${index}` });

function objects(index: number): object[] {
  const name = `app-${index}`;
  const containers = [{ name: 'main', image: 'example/app:1', ports: [{ containerPort: 8080 }] }];
  const template = { metadata: { labels: labels(index) }, spec: { containers } };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels: labels(index) },
      spec: { replicas: 0, selector: { matchLabels: labels(index) }, template },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { selector: labels(index), ports: [{ port: 80, targetPort: 8080 }] },
    },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { LOG: 'info', N: String(index) } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name },
      spec: { podSelector: { matchLabels: labels(index) }, policyTypes: ['Ingress'] },
    },
  ];
}

function writeKustomizations(folder: string): void {
  const fifty = Array.from({ length: 10 }, (_, index) => objects(index)).flat();
  const write = (path: string, value: object) => writeFileSync(join(folder, path), JSON.stringify(value));
  for (const name of ['base', 'overlay']) mkdirSync(join(folder, name));
  for (const [index, object] of fifty.entries()) write(`base/r${index}.yaml`, object);
  write('base/kustomization.yaml', { resources: fifty.map((_, index) => `r${index}.yaml`) });
  const env = [
    { op: 'add', path: '/spec/template/spec/containers/0/env', value: [{ name: 'X', value: 'y' }] },
  ];
  const port = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'app-2' }, spec: { type: 'NodePort' } };
  write('overlay/kustomization.yaml', {
    resources: ['../base'],
    namespace: 'prod',
    namePrefix: 'prod-',
    labels: [{ pairs: { env: 'prod' }, includeSelectors: true }],
    commonAnnotations: { owner: 'team' },
    images: [{ name: 'example/app', newTag: '2' }],
    replicas: [{ name: 'app-1', count: 3 }],
    configMapGenerator: [{ name: 'gen', literals: ['A=1', 'B=2'] }],
    patches: [
      { target: { kind: 'Deployment' }, patch: JSON.stringify(env) },
      { patch: JSON.stringify(port) },
    ],
  });
}
