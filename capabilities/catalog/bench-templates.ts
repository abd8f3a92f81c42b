// What the engine of templates costs beside its actions: `npm run bench -- templates`.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Template, TemplateRun } from '@slipway/kinds';
import { load } from 'js-yaml';
import { type Series, table } from '../../bench/statistics.ts';
import { type PortalStage, stagePortal } from './technologies/slipway-portal/portal.fixture.ts';
import { rehearse } from './technologies/slipway-portal/template-run/rehearse.ts';

const RUNS = 15;
const STEPS = 10;
const GOAL_MS = 1000;
const namespace = 'team-default';

/** A run of ten steps that do nothing, and a rehearsal of the shipped template; the API server is in this process. */
export async function benchTemplates(): Promise<Series[]> {
  const stage = await stagePortal();
  try {
    await stage.client.create(Template, {
      apiVersion: 'scaffolder.backstage.io/v1beta3',
      kind: 'Template',
      metadata: { namespace: 'default', name: 'ten' },
      spec: {
        type: 'service',
        steps: Array.from({ length: STEPS }, (_, index) => ({
          id: `s${index}`,
          action: 'debug:log',
          input: { message: `step ${index} of \${{ parameters.name }}` },
        })),
      },
    });
    const runs: number[] = [];
    for (let run = 0; run < RUNS; run++) runs.push(await oneRun(stage, `run-${run}`));
    const rehearsals: number[] = [];
    for (let run = 0; run < RUNS; run++) rehearsals.push(await oneRehearsal());
    return [
      {
        name: `run of ${STEPS} steps: created → Succeeded`,
        unit: 'ms',
        values: runs,
        against: { name: 'goal', value: GOAL_MS },
      },
      { name: 'rehearsal of node-service', unit: 'ms', values: rehearsals },
    ];
  } finally {
    await stage.stop();
  }
}

async function oneRun({ client }: PortalStage, name: string): Promise<number> {
  const started = performance.now();
  const made = await client.create(TemplateRun, {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'TemplateRun',
    metadata: { namespace, name },
    spec: { template: 'ten', values: { name } },
  });
  const resourceVersion = made.metadata.resourceVersion ?? '';
  const { signal } = new AbortController();
  for await (const event of client.watch(TemplateRun, { namespace, resourceVersion, signal })) {
    if (event.type === 'BOOKMARK' || event.object.metadata.name !== name) continue;
    const { phase, message } = event.object.status ?? {};
    if (phase === 'Succeeded') return performance.now() - started;
    if (phase === 'Failed') throw new Error(message);
  }
  throw new Error('the watch ended');
}

async function oneRehearsal(): Promise<number> {
  const folder = fileURLToPath(
    new URL('./technologies/slipway-portal/templates/node-service', import.meta.url),
  );
  const temporary = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
  const started = performance.now();
  const { problems } = await rehearse({
    template: load(await readFile(join(folder, 'template.yaml'), 'utf8')),
    values: { name: 'shop' },
    folder,
    boundary: folder,
    workspace: join(temporary, 'workspace'),
    cacheFolder: join(temporary, 'git'),
    gitHosts: ['git.slipway.internal'],
    now: () => 0,
    signal: new AbortController().signal,
  });
  const ms = performance.now() - started;
  await rm(temporary, { recursive: true, force: true });
  if (problems[0]) throw new Error(problems[0].message);
  return ms;
}

if (import.meta.main) process.stdout.write(`${table(await benchTemplates())}\n`);
