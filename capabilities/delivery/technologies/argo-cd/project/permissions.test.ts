import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyObject } from '@slipway/api';
import { ownCluster } from '../clusters/cluster.ts';
import { isDestinationPermitted } from './destination-permission.ts';
import { effectiveProject } from './effective-project.ts';
import { serviceAccountFor } from './impersonation.ts';
import { isOrphan, watchesOrphans } from './orphans.ts';
import { isKindPermitted } from './resource-permission.ts';
import { isSourcePermitted } from './source-permission.ts';
import { type ProjectSpec, projectSpecOf } from './spec.ts';

const sources: [patterns: string[], url: string, permitted: boolean, because: string][] = [
  [['https://{x,y}.example.test/a'], 'https://x.example.test/a', false, 'braces are no part of a host'],
  [['registry.example.test:5000/*'], 'registry.example.test:5000/a', true, 'a registry has no scheme'],
  [['other.example.test:5000/*'], 'registry.example.test:5000/a', false, 'another registry'],
  [['*'], 'https://x.example.test/a/b/c', true, 'a star alone is everything'],
  [[], 'https://x.example.test/a', false, 'nothing is allowed'],
  [['https://x.example.test/*'], 'https://x.example.test/a', true, 'one segment'],
  [['https://x.example.test/*'], 'https://x.example.test/a/b', false, 'a star stops at slashes'],
  [['https://x.example.test/**'], 'https://x.example.test/a/b', true, 'two stars do not'],
  [['https://x.example.test/a'], 'https://X.example.test/a.git', true, 'case and .git do not matter'],
  [['git@x.example.test:a/*'], 'ssh://git@x.example.test/a/b', true, 'both spellings of SSH'],
  [['*', '!https://x.example.test/a'], 'https://x.example.test/a', false, 'a denial takes away'],
  [['*', '!https://x.example.test/a'], 'https://x.example.test/b', true, 'only what it names'],
  [['!https://x.example.test/a'], 'https://x.example.test/b', true, 'a denial alone allows the rest'],
  [['!https://x.example.test/**', '*'], 'https://x.example.test/a/b', false, 'wherever it stands'],
];
for (const [sourceRepos, url, permitted, because] of sources) {
  test(`isSourcePermitted() of ${url} by ${sourceRepos.join(' ')} is ${permitted}: ${because}`, () => {
    assert.equal(isSourcePermitted({ sourceRepos }, url), permitted);
  });
}

const A = { server: 'https://a.example.test', name: 'a', namespace: 'web' };
const destinations: [rules: ProjectSpec['destinations'], permitted: boolean, because: string][] = [
  [[{ server: '*', namespace: '*' }], true, 'everything'],
  [[{ server: 'https://a.example.test', namespace: 'web' }], true, 'by address'],
  [[{ name: 'a', namespace: 'w*' }], true, 'by name'],
  [[{ server: 'https://b.example.test', namespace: '*' }], false, 'another cluster'],
  [[{ server: '*', namespace: 'db' }], false, 'another namespace'],
  [
    [
      { server: '*', namespace: '*' },
      { server: '*', namespace: '!web' },
    ],
    false,
    'a namespace is taken away',
  ],
  [
    [
      { server: '*', namespace: '*' },
      { server: '*', namespace: '!db' },
    ],
    true,
    'another one is',
  ],
  [
    [
      { server: '*', namespace: '*' },
      { server: '!https://a.*', namespace: '*' },
    ],
    false,
    'a cluster is',
  ],
  [
    [
      { name: '*', namespace: '*' },
      { name: '!a', namespace: '*' },
    ],
    false,
    'a cluster is, by name',
  ],
  [[{ server: '!https://b.*', namespace: '*' }], true, 'every cluster but one'],
];
for (const [rules, permitted, because] of destinations) {
  test(`isDestinationPermitted() by ${JSON.stringify(rules)} is ${permitted}: ${because}`, () => {
    assert.equal(isDestinationPermitted({ destinations: rules ?? [] }, A), permitted);
  });
}

test('isDestinationPermitted() asks for clusters of the project where it has to', () => {
  const spec: ProjectSpec = {
    destinations: [{ server: '*', namespace: '*' }],
    permitOnlyProjectScopedClusters: true,
  };
  assert.equal(isDestinationPermitted(spec, A), false);
  assert.equal(isDestinationPermitted(spec, A, [{ ...ownCluster, name: 'a', server: A.server }]), true);
});

const NAMESPACE = { group: '', kind: 'Namespace', namespaced: false };
const CONFIG = { group: '', kind: 'ConfigMap', namespaced: true };
const kinds: [spec: ProjectSpec, kind: typeof CONFIG, name: string, permitted: boolean, because: string][] = [
  [{}, CONFIG, 'a', true, 'no list: everything in namespaces'],
  [{}, NAMESPACE, 'a', false, 'no list: nothing outside of them'],
  [{ namespaceResourceWhitelist: [] }, CONFIG, 'a', false, 'an empty list allows nothing'],
  [{ namespaceResourceWhitelist: [{ group: '', kind: 'Config*' }] }, CONFIG, 'a', true, 'by glob'],
  [{ namespaceResourceBlacklist: [{ group: '', kind: 'ConfigMap' }] }, CONFIG, 'a', false, 'taken away'],
  [{ clusterResourceWhitelist: [{ group: '*', kind: '*' }] }, NAMESPACE, 'a', true, 'everything'],
  [
    { clusterResourceWhitelist: [{ group: '', kind: 'Namespace', name: 'team-*' }] },
    NAMESPACE,
    'team-a',
    true,
    'by name',
  ],
  [
    { clusterResourceWhitelist: [{ group: '', kind: 'Namespace', name: 'team-*' }] },
    NAMESPACE,
    'kube-system',
    false,
    'another name',
  ],
  [
    {
      clusterResourceWhitelist: [{ group: '*', kind: '*' }],
      clusterResourceBlacklist: [{ group: '', kind: 'Namespace', name: 'kube-*' }],
    },
    NAMESPACE,
    'kube-system',
    false,
    'a name is taken away',
  ],
];
for (const [spec, kind, name, permitted, because] of kinds) {
  test(`isKindPermitted() of ${kind.kind} "${name}" is ${permitted}: ${because}`, () => {
    assert.equal(isKindPermitted(spec, kind, name), permitted);
  });
}

const project = (name: string, spec: ProjectSpec, labels = {}): AnyObject => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AppProject',
  metadata: { name, labels },
  spec: spec as Record<string, unknown>,
});

test('effectiveProject() adds what its Secrets and the global projects over it say', () => {
  const own = project('shop', { sourceRepos: ['https://own'] }, { tier: 'team' });
  const global = project('global', {
    sourceRepos: ['https://shared'],
    namespaceResourceBlacklist: [{ group: '', kind: 'Secret' }],
    syncWindows: [{ kind: 'deny' }],
  });
  const spec = projectSpecOf(
    effectiveProject(own, {
      projects: [own, global],
      globalProjects: [
        { projectName: 'global', labelSelector: { matchLabels: { tier: 'team' } } },
        { projectName: 'global', labelSelector: { matchLabels: { tier: 'other' } } },
      ],
      repositories: ['https://scoped'],
      clusters: [
        { ...ownCluster, server: 'https://a', project: 'shop' },
        { ...ownCluster, server: 'https://b', project: 'shop', namespaces: ['x', 'y'] },
      ],
    }),
  );
  assert.deepEqual(spec.sourceRepos, ['https://own', 'https://scoped', 'https://shared']);
  assert.deepEqual(spec.destinations, [
    { server: 'https://a', namespace: '*' },
    { server: 'https://b', namespace: 'x' },
    { server: 'https://b', namespace: 'y' },
  ]);
  assert.equal(spec.namespaceResourceWhitelist, undefined, 'a list that nobody has still allows everything');
  assert.equal(spec.namespaceResourceBlacklist?.length, 1);
  assert.equal(spec.syncWindows?.length, 1);
});

test('isOrphan() leaves out what clusters make by themselves and what a project ignores', () => {
  const spec: ProjectSpec = {
    orphanedResources: { warn: true, ignore: [{ kind: 'Secret', name: 'tls-*' }] },
  };
  const config = (name: string) => ({ group: '', kind: 'ConfigMap', namespace: 'web', name });
  assert.equal(isOrphan(spec, config('left')), true);
  assert.equal(isOrphan(spec, config('kube-root-ca.crt')), false);
  assert.equal(isOrphan(spec, { ...config('tls-web'), kind: 'Secret' }), false);
  assert.equal(isOrphan(spec, { ...config('default'), kind: 'ServiceAccount' }), false);
  assert.deepEqual(watchesOrphans(spec), { watches: true, warns: true });
  assert.deepEqual(watchesOrphans({}), { watches: false, warns: false });
});

test('serviceAccountFor() takes the first entry that fits', () => {
  const spec: ProjectSpec = {
    destinationServiceAccounts: [
      { server: 'https://a', namespace: 'web-*', defaultServiceAccount: 'deployer' },
      { server: '*', namespace: '*', defaultServiceAccount: 'ops:everywhere' },
      { server: '*', namespace: '*', defaultServiceAccount: 'never' },
    ],
  };
  const at = (server: string, namespace: string) => serviceAccountFor(spec, { server, namespace }, 'argocd');
  assert.equal(at('https://a', 'web-dev'), 'system:serviceaccount:web-dev:deployer');
  assert.equal(at('https://b', 'web-dev'), 'system:serviceaccount:ops:everywhere');
  assert.equal(serviceAccountFor({}, { server: 'https://a', namespace: 'x' }, 'argocd'), undefined);
  const wrong = {
    destinationServiceAccounts: [{ server: '*', namespace: '*', defaultServiceAccount: 'a*' }],
  };
  assert.throws(
    () => serviceAccountFor(wrong, { server: 'https://a', namespace: 'x' }, 'argocd'),
    /default service account contains invalid chars 'a\*'/,
  );
});
