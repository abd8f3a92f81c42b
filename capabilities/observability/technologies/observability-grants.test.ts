import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UpstreamSettings } from '@slipway/definition';
import { DATASOURCE_LABEL, LOGS_SERVICE } from '../contract.ts';
import { upstream as grafana } from './grafana/upstream.ts';
import { upstream as loki } from './loki/upstream.ts';
import { upstream as opentelemetry } from './opentelemetry/upstream.ts';
import { upstream as prometheus } from './prometheus/upstream.ts';

const settings: UpstreamSettings = {
  platform: 'acme',
  parameters: { collectLogs: true, adminGroup: 'admins', editorGroup: 'developers', retentionHours: 24 },
  domain: 'acme.example',
  environments: ['dev', 'prod'],
  appsDomain: 'apps.example',
  tls: { issuer: 'local' },
  namespace: 'seeing',
  version: '1.0.0',
  url: host => `https://${host}.acme.example`,
  gitops: false,
  isGranted: () => true,
};
const wisher = { component: 'shop', namespace: 'shops' };

test('prometheus looks for wished metrics in the wisher’s namespace, from its own', () => {
  const wish = { name: 'metrics', contract: 'metrics' as const, selector: { app: 'shop' }, port: 'http' };
  const [monitor] = prometheus.grants?.metrics?.(wish, wisher, settings).objects ?? [];
  assert.deepEqual(monitor?.metadata, { name: 'shop-metrics', namespace: 'seeing' });
  assert.deepEqual(monitor?.spec, {
    namespaceSelector: { matchNames: ['shops'] },
    selector: { matchLabels: { app: 'shop' } },
    podMetricsEndpoints: [{ port: 'http', path: '/metrics' }],
  });
  const numbered = prometheus.grants?.metrics?.({ ...wish, port: 9090, path: '/m' }, wisher, settings);
  assert.match(
    JSON.stringify(numbered?.objects),
    /"podMetricsEndpoints":\[\{"portNumber":9090,"path":"\/m"\}\]/,
  );
});

test('grafana finds a wished dashboard by its label, under the title that was wished', () => {
  const wish = {
    name: 'sales',
    contract: 'dashboard' as const,
    title: 'Sales',
    json: { title: 'x', panels: [] },
  };
  const [found] = grafana.grants?.dashboard?.(wish, wisher, settings).objects ?? [];
  assert.deepEqual(found?.metadata, {
    name: 'dashboard-shop-sales',
    namespace: 'seeing',
    labels: { grafana_dashboard: '1' },
  });
  assert.deepEqual(found?.data, { 'shop-sales.json': '{"title":"Sales","panels":[]}\n' });
});

for (const [id, { objects }] of Object.entries({ prometheus, loki })) {
  test(`${id} says where it is to whoever shows measurements`, () => {
    const source = objects?.(settings, {}).find(({ metadata }) => metadata.labels?.[DATASOURCE_LABEL]);
    const [text] = Object.values((source?.data ?? {}) as Record<string, string>);
    const { datasources } = JSON.parse(text ?? '') as { datasources: { type: string; url: string }[] };
    assert.deepEqual(
      datasources.map(({ type }) => type),
      [id],
    );
    assert.match(datasources[0]?.url ?? '', /^http:\/\/[a-z-]+\.seeing\.svc:\d+$/);
  });
}

test('opentelemetry sends logs to the alias that loki makes, and names no tool', () => {
  const { namespace, name, port } = LOGS_SERVICE;
  const alias = loki.objects?.(settings, {}).find(({ kind }) => kind === 'Service');
  assert.deepEqual(alias?.metadata, { name, namespace });
  const values = JSON.stringify(opentelemetry.values?.(settings, {}));
  assert.ok(values.includes(`http://${name}.${namespace}.svc:${port}/otlp`));
  assert.ok(!values.includes('loki'));
});

const SIGN_IN = [
  { people: { issuer: 'https://id.acme.example/realms/acme' }, form: true, because: 'the issuer knows them' },
  { people: undefined, form: false, because: 'the administrator has to get in' },
];
for (const { people, form, because } of SIGN_IN) {
  test(`grafana ${form ? 'has no' : 'keeps its'} password form: ${because}`, () => {
    const values = grafana.values?.(settings, { people }) as Record<
      string,
      Record<string, Record<string, unknown>>
    >;
    assert.equal(values['grafana.ini']?.auth?.disable_login_form, form);
    assert.equal(values['grafana.ini']?.['auth.generic_oauth'] !== undefined, form);
    assert.equal(JSON.stringify(values).includes('clientSecret'), form);
  });
}
