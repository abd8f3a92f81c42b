import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadChartFiles } from './load/load-chart.ts';
import { renderChart } from './render-chart.ts';
import type { RenderLimits } from './render-options.ts';

function render(templates: Record<string, string>, limits: Partial<RenderLimits> = {}, values = '') {
  const encoder = new TextEncoder();
  const files = Object.entries({
    'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'values.yaml': values,
    ...templates,
  });
  const chart = loadChartFiles(files.map(([name, text]) => ({ name, data: encoder.encode(text) })));
  return renderChart({ chart, release: { name: 'r', namespace: 'n' }, limits });
}

const refused: { template: string; limits?: Partial<RenderLimits>; message: RegExp; because: string }[] = [
  {
    template: '{{ range until 100000 }}{{ range until 100000 }}x{{ end }}{{ end }}',
    limits: { steps: 100_000 },
    message: /web\/templates\/a\.yaml:1/,
    because: 'loops within loops take too many steps',
  },
  {
    template: '{{ repeat 1000000000 "x" }}',
    message: /web\/templates\/a\.yaml:1/,
    because: 'one text is too long',
  },
  {
    template: '{{ range until 1000 }}{{ repeat 1000 "x" }}{{ end }}',
    limits: { output: 100_000 },
    message: /web\/templates\/a\.yaml:1/,
    because: 'all of them together write too much',
  },
];
for (const { template, limits, message, because } of refused)
  test(`renderChart() refuses with ChartLimit and the place: ${because}`, () => {
    assert.throws(() => render({ 'templates/a.yaml': template }, limits), { code: 'ChartLimit', message });
  });

test('renderChart() says of a template without end what Helm says, once', () => {
  const loop = '{{ define "loop" }}{{ include "loop" . }}{{ end }}{{ include "loop" . }}';
  assert.throws(() => render({ 'templates/a.yaml': loop }), {
    code: 'TemplateInvalid',
    message:
      'template: web/templates/a.yaml:1:53: executing "web/templates/a.yaml" at <include "loop" .>: error calling include: ' +
      'template: web/templates/a.yaml:1:22: executing "loop" at <include "loop" .>: error calling include: ' +
      'rendering template has a nested reference name: loop: unable to execute template',
  });
});

test('renderChart() ends soon with patterns and values made to take long', () => {
  const pattern = '{{ regexMatch "^(a+)+$" (printf "%s!" (repeat 50000 "a")) }}';
  assert.match(render({ 'templates/a.yaml': `a: ${pattern}\n` }).text, /a: false/);
  const globs = `{{ len (.Files.Glob "${'*a'.repeat(60)}b") }}`;
  const file = { [`${'a'.repeat(3_000)}`]: 'x' };
  assert.match(render({ ...file, 'templates/a.yaml': `a: ${globs}\n` }).text, /a: 0/);
});

test('renderChart() leaves the chart as it was, and takes keys of objects for keys like others', () => {
  const chart = {
    'templates/a.yaml':
      'a: {{ .Values.constructor }}{{ .Values.toString }}{{ hasKey .Values "__proto__" }}\n',
  };
  assert.match(render(chart, {}, '__proto__: {x: 1}\n').text, /a: true\n/);
});
