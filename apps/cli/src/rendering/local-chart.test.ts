import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type ChartOptions, localChart } from './local-chart.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-render-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const at = (path: string) => join(folder, path);

function write(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(at(path), text);
}

const options: ChartOptions = {
  release: 'shop',
  namespace: 'team',
  values: [],
  set: [],
  setString: [],
  setJson: [],
  setLiteral: [],
  setFile: [],
  apiVersions: [],
  hooks: true,
  showOnly: [],
};

test('localChart() renders a chart of this machine, its links followed, with values from files and options', async () => {
  write('web/Chart.yaml', 'apiVersion: v2\nname: web\nversion: 1.0.0\n');
  write(
    'web/templates/a.yaml',
    'v: {{ .Values | toJson }}\nr: {{ .Release.Name }}.{{ .Release.Namespace }}\n',
  );
  write('shared.yaml', 'kind: Linked\n');
  symlinkSync(at('shared.yaml'), at('web/templates/linked.yaml'));
  write('note.txt', 'hello');
  write('values.yaml', 'a: 1\nb: x\n');
  const given = { values: [at('values.yaml')], set: ['a=2'], setFile: [`n=${at('note.txt')}`] };
  const { text } = await localChart(at('web'), true, { ...options, ...given });
  assert.equal(
    text,
    '---\n# Source: web/templates/a.yaml\nv: {"a":2,"b":"x","n":"hello"}\nr: shop.team\n\n' +
      '---\n# Source: web/templates/linked.yaml\nkind: Linked\n',
  );
});

test('localChart() says what is wrong, and where', async () => {
  write('bad/Chart.yaml', 'apiVersion: v2\nname: bad\nversion: 1.0.0\n');
  write('bad/templates/a.yaml', 'a: {{ .Values.x.y }}\n');
  await assert.rejects(localChart(at('bad'), true, options), {
    message: /bad\/templates\/a\.yaml:1:1\d\n.*at <\.Values\.x\.y>:\n.*nil pointer evaluating/,
  });
});
