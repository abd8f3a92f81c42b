import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from './config.ts';
import { goDurationMs } from './go-duration.ts';
import { isExcluded, readFiltered } from './resource-filter.ts';

test('readConfig() gives Argo CD’s defaults when nobody says anything', () => {
  const config = readConfig({}, {});
  assert.deepEqual(config.problems, []);
  assert.equal(config.trackingMethod, 'annotation');
  assert.equal(config.instanceLabelKey, 'app.kubernetes.io/instance');
  assert.equal(config.reconciliationMs, 120_000);
  assert.deepEqual(config.selfHeal, {
    timeoutMs: 0,
    backoffMs: 2_000,
    factor: 3,
    capMs: 300_000,
    cooldownMs: 330_000,
  });
  assert.equal(config.inClusterEnabled, true);
  assert.equal(config.applicationNamespaces, undefined);
  assert.equal(config.applicationSet.progressiveSyncs, true);
});

test('readConfig() reads which annotations are masked, and whether updates are ignored', () => {
  const said = readConfig(
    {
      'resource.sensitive.mask.annotations': 'a.example/token, b.example/key',
      'resource.ignoreResourceUpdatesEnabled': 'false',
    },
    {},
  );
  assert.deepEqual(said.maskedAnnotations, ['a.example/token', 'b.example/key']);
  assert.equal(said.ignoresUpdates, false);
});

test('readConfig() reads customizations, whole and by key', () => {
  const { resourceOverrides, problems } = readConfig(
    {
      'resource.customizations': [
        'argoproj.io/Application:',
        '  health.lua: return {}',
        '  ignoreDifferences: |',
        '    jsonPointers: [/spec/a]',
      ].join('\n'),
      'resource.customizations.health.cert-manager.io_Certificate': 'hs = {}',
      'resource.customizations.useOpenLibs.cert-manager.io_Certificate': 'true',
      'resource.customizations.ignoreDifferences.all': 'managedFieldsManagers: [kube-controller-manager]',
      'resource.customizations.ignoreDifferences.apps_Deployment': 'jqPathExpressions: [.spec.x]',
      'resource.customizations.knownTypeFields.example.test_Pods':
        '[{field: spec.template, type: core/v1/PodSpec}]',
      'resource.customizations.actions.ConfigMap': 'definitions: []',
    },
    {},
  );
  assert.deepEqual(problems, []);
  assert.equal(resourceOverrides['argoproj.io/Application']?.healthLua, 'return {}');
  assert.deepEqual(resourceOverrides['argoproj.io/Application']?.ignoreDifferences.jsonPointers, ['/spec/a']);
  const certificate = resourceOverrides['cert-manager.io/Certificate'];
  assert.equal(certificate?.healthLua, 'hs = {}');
  assert.equal(certificate?.useOpenLibs, true);
  assert.deepEqual(resourceOverrides['*/*']?.ignoreDifferences.managedFieldsManagers, [
    'kube-controller-manager',
  ]);
  assert.deepEqual(resourceOverrides['apps/Deployment']?.ignoreDifferences.jqPathExpressions, ['.spec.x']);
  assert.equal(resourceOverrides['example.test/Pods']?.knownTypeFields[0]?.type, 'core/v1/PodSpec');
  assert.equal(resourceOverrides.ConfigMap?.actions, 'definitions: []');
});

const wrong: [key: string, value: string, problem: RegExp, because: string][] = [
  ['application.resourceTrackingMethod', 'tag', /"tag" is not known; allowed: annotation/, 'no such method'],
  ['timeout.reconciliation', '3 minutes', /time: unknown unit " minutes"/, 'no Go duration'],
  [
    'resource.customizations.colour.apps_Deployment',
    'x',
    /customization type colour not supported/,
    'no such type',
  ],
  ['resource.exclusions', '{a: 1}', /a list of apiGroups/, 'no list'],
  ['cluster.inClusterEnabled', 'maybe', /"maybe" is neither true nor false/, 'neither'],
  ['resource.compareoptions', '{', /resource.compareoptions/, 'no YAML'],
];
for (const [key, value, problem, because] of wrong) {
  test(`readConfig() says what is wrong with ${key}: ${because}`, () => {
    const { problems, reconciliationMs } = readConfig({ [key]: value }, {});
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? '', problem);
    assert.equal(reconciliationMs, 120_000, 'and leaves the rest as it is');
  });
}

test('readConfig() reads lists of namespaces and the ApplicationSet controller’s switches', () => {
  const config = readConfig(
    {},
    {
      'application.namespaces': 'team-*, apps',
      'applicationsetcontroller.policy': 'create-only',
      'applicationsetcontroller.enable.progressive.syncs': 'false',
      'applicationsetcontroller.requeue.after': '90s',
      'controller.self.heal.backoff.timeout.seconds': '5',
    },
  );
  assert.deepEqual(config.applicationNamespaces, ['team-*', 'apps']);
  assert.equal(config.applicationSet.policy, 'create-only');
  assert.equal(config.applicationSet.policyOverride, false, 'a policy of the controller goes first');
  assert.equal(config.applicationSet.progressiveSyncs, false);
  assert.equal(config.applicationSet.requeueMs, 90_000);
  assert.equal(config.selfHeal.backoffMs, 5_000);
});

const durations: [text: string, ms: number | RegExp][] = [
  ['1h30m', 5_400_000],
  ['1.5s', 1_500],
  ['-2m', -120_000],
  ['0', 0],
  ['100ms', 100],
  ['', /time: invalid duration ""/],
  ['5', /time: missing unit in duration "5"/],
  ['5d', /time: unknown unit "d" in duration "5d"/],
  ['h', /time: invalid duration "h"/],
];
for (const [text, wanted] of durations) {
  test(`goDurationMs() of ${JSON.stringify(text)} is as Go’s`, () => {
    if (wanted instanceof RegExp) return assert.throws(() => goDurationMs(text), wanted);
    assert.equal(goDurationMs(text), wanted);
  });
}

const HERE = 'https://kubernetes.default.svc';
const rules = (exclusions: unknown, inclusions?: unknown) => ({
  exclusions: readFiltered(exclusions),
  inclusions: readFiltered(inclusions),
});
const filters: [given: ReturnType<typeof rules>, kind: [string, string], out: boolean, because: string][] = [
  [rules(undefined), ['apps', 'Deployment'], false, 'nothing is left out'],
  [rules(undefined), ['', 'Event'], true, 'but events and leases'],
  [rules(undefined), ['coordination.k8s.io', 'Lease'], true, 'but events and leases'],
  [
    rules([{ apiGroups: ['*.example.test'], kinds: ['*'] }]),
    ['a.example.test', 'X'],
    true,
    'a group by glob',
  ],
  [rules([{ apiGroups: ['apps'], kinds: ['Job'] }]), ['apps', 'Deployment'], false, 'another kind'],
  [rules([{ kinds: ['Secret'], clusters: ['https://other'] }]), ['', 'Secret'], false, 'another cluster'],
  [rules([], [{ apiGroups: ['apps'] }]), ['batch', 'Job'], true, 'inclusions leave everything else out'],
  [rules([], [{ apiGroups: ['apps'] }]), ['apps', 'Deployment'], false, 'included'],
  [
    rules([{ kinds: ['Deployment'] }], [{ apiGroups: ['apps'] }]),
    ['apps', 'Deployment'],
    true,
    'exclusion wins',
  ],
  [
    rules([], [{ apiGroups: ['apps'], clusters: ['https://other'] }]),
    ['', 'Pod'],
    false,
    'of another cluster',
  ],
];
for (const [given, [group, kind], out, because] of filters) {
  test(`isExcluded() of ${group}/${kind} is ${out}: ${because}`, () => {
    assert.equal(isExcluded(given, { group, kind }, HERE), out);
  });
}
