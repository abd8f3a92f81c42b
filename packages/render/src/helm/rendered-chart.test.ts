import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ValueMap } from './chart.ts';
import { loadChartFiles } from './load/load-chart.ts';
import { renderChart } from './render-chart.ts';
import { renderChartInPool } from './render-chart-in-pool.ts';
import * as tasks from './render-chart-worker.ts';

const encoder = new TextEncoder();
const filesOf = (files: Record<string, string>) =>
  Object.entries(files).map(([name, text]) => ({ name, data: encoder.encode(text) }));
const release = { name: 'shop', namespace: 'team-web' };

const hookText = `apiVersion: batch/v1
kind: Job
metadata:
  name: move
  annotations:
    helm.sh/hook: pre-install, pre-upgrade
    helm.sh/hook-weight: "-3"
    helm.sh/hook-delete-policy: hook-succeeded,before-hook-creation
    helm.sh/hook-output-log-policy: hook-failed
`;
const files = {
  'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\ndeprecated: true\n',
  'values.yaml': 'replicas: 1\n',
  'crds/thing.yaml': 'kind: CustomResourceDefinition\n',
  'templates/NOTES.txt': 'own notes of {{ .Release.Name }}',
  'templates/job.yaml': hookText,
  'templates/map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Values.replicas }}"}\n',
  'charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 1.0.0\n',
  'charts/db/templates/NOTES.txt': 'notes of db',
};

test('renderChart() gives what a release is made of', () => {
  const chart = loadChartFiles(filesOf(files));
  const rendered = renderChart({ chart, release, values: { set: ['replicas=3', 'big=9007199254740993'] } });
  const [hook] = rendered.hooks;
  assert.deepEqual(hook, {
    source: 'web/templates/job.yaml',
    content: hookText,
    apiVersion: 'batch/v1',
    kind: 'Job',
    name: 'move',
    events: ['pre-install', 'pre-upgrade'],
    weight: -3,
    deletePolicies: ['hook-succeeded', 'before-hook-creation'],
    outputLogPolicies: ['hook-failed'],
  });
  assert.deepEqual(
    rendered.manifests.map(({ kind, name, source }) => [kind, name, source]),
    [['ConfigMap', '3', 'web/templates/map.yaml']],
  );
  assert.equal(rendered.notes, 'own notes of shop');
  assert.equal(renderChart({ chart, release, subNotes: true }).notes, 'notes of db\nown notes of shop');
  assert.deepEqual(rendered.crds, [
    { source: 'web/crds/thing.yaml', content: 'kind: CustomResourceDefinition\n' },
  ]);
  assert.deepEqual({ ...rendered.config }, { replicas: 3, big: 9007199254740992 });
  assert.deepEqual(rendered.warnings, ['this chart is deprecated']);
  assert.equal(chart.dependencies.length, 1);
});

test('renderChartInPool() asks for what templates look up until it knows all of it', async () => {
  const template = `a: {{ (lookup "v1" "Secret" "ns" "one").data.next }}
{{- $next := (lookup "v1" "Secret" "ns" "one").data.next }}
b: {{ (lookup "v1" "Secret" "ns" $next).data.value }}
`;
  const asked: string[] = [];
  const known: Record<string, ValueMap> = { one: { data: { next: 'two' } }, two: { data: { value: 'x' } } };
  const result = await renderChartInPool({
    // As a pool: what goes in and out is copied.
    run: async <T>({ task, input }: { task: string; input: unknown }) => {
      const work = (tasks as unknown as Record<string, (input: unknown) => unknown>)[task];
      return structuredClone(work?.(structuredClone(input))) as T;
    },
    timeoutMs: 1_000,
    chart: filesOf({ 'Chart.yaml': files['Chart.yaml'], 'templates/a.yaml': template }),
    release,
    wantsChart: true,
    lookup: async ({ name }) => {
      asked.push(name);
      return known[name] ?? {};
    },
  });
  assert.match(result.text, /a: two\nb: x/);
  assert.deepEqual(asked, ['one', 'two']);
  assert.equal(result.chart?.metadata.name, 'web');
});
