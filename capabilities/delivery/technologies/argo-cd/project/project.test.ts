import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyObject, Kind } from '@slipway/api';
import { readSpec } from '../application/spec.ts';
import { type ProjectRules, projectProblems, resourceProblem } from './project.ts';

const OWN = 'https://git.slipway.internal/acme/environment-dev.git';
const DEST = { name: 'in-cluster', namespace: 'acme-dev' };

function rules(namespace: string, spec: object = {}): ProjectRules {
  const open = {
    sourceRepos: ['*'],
    sourceNamespaces: ['*'],
    destinations: [{ server: '*', namespace: '*' }],
    ...spec,
  };
  const project: AnyObject = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: { name: 'p' },
    spec: open,
  };
  return {
    project,
    name: 'p',
    applicationNamespace: namespace,
    applicationName: 'a',
    environments: ['dev', 'prod'],
  };
}

function problems(namespace: string, { repoURL = OWN, destination = DEST, project = {} }): string {
  const source = { repoURL, path: 'shop', targetRevision: 'main' };
  const { spec } = readSpec({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'a', namespace },
    spec: { project: 'p', source, destination },
  });
  assert.ok(spec);
  return projectProblems(rules(namespace, project), spec)
    .map(({ message }) => message)
    .join('; ');
}

const rows: { given: Parameters<typeof problems>[1]; from?: string; message: RegExp; because: string }[] = [
  { given: {}, message: /^$/, because: 'a team delivers its own repository to its own namespace' },
  {
    given: { repoURL: 'https://git.slipway.internal/other/secret.git' },
    message: /Applications of team "acme" read repositories of "acme"/,
    because: 'another team’s repository is not its to read',
  },
  {
    given: { repoURL: 'https://git.slipway.internal:443//OTHER/secret' },
    message: /read repositories of "acme"/,
    because: 'nor by another spelling',
  },
  {
    given: { repoURL: 'https://git.slipway.internal/%6fther/secret' },
    message: /read repositories of "acme"/,
    because: 'nor encoded',
  },
  {
    given: { repoURL: 'oci://registry.slipway.internal/other/chart' },
    message: /read repositories of "acme"/,
    because: 'nor are another team’s charts',
  },
  {
    given: { repoURL: 'registry.slipway.internal/other/chart' },
    message: /read repositories of "acme"/,
    because: 'a registry has no scheme, often',
  },
  {
    given: { repoURL: 'https://git.slipway.internal/%zz/x' },
    message: /read repositories of "acme"/,
    because: 'what cannot be decoded is nobody’s own',
  },
  {
    given: { repoURL: 'https://git.slipway.internal/ACME/environment-dev' },
    message: /^$/,
    because: 'names do not differ in case',
  },
  {
    given: { repoURL: 'https://example.test/other/x.git' },
    message: /^$/,
    because: 'other servers are asked without credentials',
  },
  {
    given: { repoURL: 'https://git.slipway.internal/other/x.git' },
    from: 'argocd',
    message: /^$/,
    because: 'the platform’s own Applications read every repository',
  },
  {
    given: { destination: { name: 'in-cluster', namespace: 'other-dev' } },
    message: /allowed destinations.*acme-dev, acme-prod, team-acme/,
    because: 'another team’s namespace',
  },
  {
    given: { destination: { name: 'in-cluster', namespace: 'acme-stage' } },
    message: /allowed destinations/,
    because: 'no such environment',
  },
  {
    given: { project: { sourceRepos: ['https://example.test/*'] } },
    message: /is not permitted in project 'p'/,
    because: 'the project names other repositories',
  },
  {
    given: { project: { sourceRepos: ['*', `!${OWN}`] } },
    message: /is not permitted in project 'p'/,
    because: 'a rule with ! takes away',
  },
  {
    given: { project: { sourceNamespaces: ['team-b'] } },
    message: /not permitted to use project 'p'/,
    because: 'the project is for other namespaces',
  },
  {
    given: { project: { destinations: [{ server: '*', namespace: 'web' }] } },
    message: /allowed destinations/,
    because: 'the project names other destinations',
  },
];
for (const { given, from = 'team-acme', message, because } of rows) {
  test(`projectProblems() of ${from} matches ${message}: ${because}`, () => {
    assert.match(problems(from, given), message);
  });
}

const kind = (name: string, group: string, namespaced: boolean) =>
  ({ kind: name, group, namespaced }) as Kind;

test('resourceProblem() lets a team apply what is namespaced, in its own namespaces', () => {
  const team = rules('team-acme');
  const role = kind('ClusterRole', 'rbac.authorization.k8s.io', false);
  assert.equal(
    resourceProblem(team, { kind: kind('ConfigMap', '', true), namespace: 'acme-prod' }),
    undefined,
  );
  assert.match(
    resourceProblem(team, { kind: kind('ConfigMap', '', true), namespace: 'kube-system' }) ?? '',
    /not permitted/,
  );
  assert.match(
    resourceProblem(team, { kind: role, namespace: undefined }) ?? '',
    /ClusterRole is not permitted/,
  );
});

test('resourceProblem() goes by the lists of the project elsewhere', () => {
  const role = { kind: kind('ClusterRole', 'rbac.authorization.k8s.io', false), namespace: undefined };
  const white = { clusterResourceWhitelist: [{ group: 'rbac.*', kind: '*' }] };
  assert.match(resourceProblem(rules('argocd'), role) ?? '', /not permitted/);
  assert.equal(resourceProblem(rules('argocd', white), role), undefined);
  const black = { ...white, clusterResourceBlacklist: [{ group: '*', kind: 'ClusterRole' }] };
  assert.match(resourceProblem(rules('argocd', black), role) ?? '', /not permitted/);
});
