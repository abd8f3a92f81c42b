import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linkedSource } from '../apps/cli/src/rendering/linked-source.ts';
import { buildKustomization } from '../packages/render/src/kustomize/index.ts';
import { has, run } from '../test/platform-process.ts';
import { root } from '../test/source-tree.ts';
import { median, type Series } from './statistics.ts';

const RUNS = 15;
/** In one process, code has been compiled after this many. */
const WARM = 20;

/**
 * A base of 50 objects, and an overlay that changes all of them: built in one process, and as a command, in alternation
 * with the real `kustomize` when it is on the PATH.
 */
export async function benchKustomize(): Promise<Series[]> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-bench-')));
  try {
    writeKustomizations(folder);
    const real = await has('kustomize', ['version']);
    const built = await run(process.execPath, ['scripts/launch.mjs', '--build'], { cwd: root });
    const bundle = built.stdout.trim().split('\n').at(-1) ?? '';
    const command = [process.execPath, join(bundle, 'slipway.mjs'), 'render'];
    const series = [];
    for (const [name, title] of [
      ['base', 'base of 50'],
      ['overlay', 'overlay over 50'],
    ] as const)
      series.push(...(await measure(join(folder, name), title, { real, command })));
    return series;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(
  path: string,
  title: string,
  { real, command }: { real: boolean; command: string[] },
): Promise<Series[]> {
  const times = { inProcess: [] as number[], asCommand: [] as number[], theirs: [] as number[] };
  const once = async () => (await buildKustomization({ reader: linkedSource('/'), path })).text;
  for (let each = 0; each < WARM; each++) await once();
  for (let each = 0; each < RUNS; each++) {
    const began = performance.now();
    const text = await once();
    times.inProcess.push(performance.now() - began);
    times.asCommand.push(timed([...command, path], text));
    if (real) times.theirs.push(timed(['kustomize', 'build', path], text));
  }
  const against = real ? { against: { name: 'kustomize build', value: median(times.theirs) } } : {};
  return [
    { name: `kustomization, ${title}, in one process`, unit: 'ms', values: times.inProcess, ...against },
    { name: `kustomization, ${title}, slipway render`, unit: 'ms', values: times.asCommand, ...against },
  ];
}

/** @throws Error when it prints anything else than expected */
function timed([program = '', ...args]: string[], expected: string): number {
  const began = performance.now();
  const { stdout } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  const took = performance.now() - began;
  if (stdout !== expected) throw new Error(`${program} ${args.join(' ')}: prints something else`);
  return took;
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
