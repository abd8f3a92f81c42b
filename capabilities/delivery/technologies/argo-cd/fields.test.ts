import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { argoCdDefinitions } from '@slipway/kinds/upstream/definitions.ts';
import { readSpec } from './application/spec.ts';
import { readConfig } from './settings/config.ts';
import { unreadSettings } from './settings/unread-settings.ts';

/** Which folder heeds which fields of the kinds' schemas; a field stands for all below it. */
const READ: Record<string, string> = {
  application: `Application.spec: destination project revisionHistoryLimit info
    syncPolicy.automated.allowEmpty syncPolicy.automated.enabled syncPolicy.automated.prune
    syncPolicy.automated.selfHeal syncPolicy.syncOptions syncPolicy.managedNamespaceMetadata.annotations
    syncPolicy.managedNamespaceMetadata.labels syncPolicy.retry.backoff.duration
    syncPolicy.retry.backoff.factor syncPolicy.retry.backoff.maxDuration syncPolicy.retry.limit
    syncPolicy.retry.refresh ignoreDifferences.group ignoreDifferences.jqPathExpressions
    ignoreDifferences.jsonPointers ignoreDifferences.kind ignoreDifferences.managedFieldsManagers
    ignoreDifferences.name ignoreDifferences.namespace
    Application.operation: initiatedBy.automated initiatedBy.username info retry sync.autoHealAttemptsCount
    sync.dryRun sync.manifests sync.prune sync.resources sync.revision sync.revisions sync.source
    sync.sources sync.syncOptions sync.syncStrategy.apply.force sync.syncStrategy.hook.force`,
  'application/source': `Application.spec.source: chart directory.disableExtensionFilter directory.exclude
    directory.include directory.recurse directory.jsonnet name path plugin ref repoURL tagPrefix
    targetRevision helm.apiVersions helm.fileParameters.name helm.fileParameters.path
    helm.ignoreMissingValueFiles helm.kubeVersion helm.namespace helm.parameters.forceString
    helm.parameters.name helm.parameters.value helm.passCredentials helm.releaseName helm.skipCrds
    helm.skipSchemaValidation helm.skipTests helm.valueFiles helm.values helm.valuesObject helm.version
    kustomize.apiVersions kustomize.commonAnnotations kustomize.commonAnnotationsEnvsubst
    kustomize.commonLabels kustomize.components kustomize.forceCommonAnnotations
    kustomize.forceCommonLabels kustomize.ignoreMissingComponents kustomize.images kustomize.kubeVersion
    kustomize.labelIncludeTemplates kustomize.labelWithoutSelector kustomize.namePrefix
    kustomize.nameSuffix kustomize.namespace kustomize.patches kustomize.replicas.count
    kustomize.replicas.name`,
  'application-set': `ApplicationSet.spec: generators.clusterDecisionResource generators.clusters.flatList
    generators.clusters.selector generators.clusters.template generators.clusters.values
    generators.git.directories generators.git.files generators.git.pathParamPrefix generators.git.repoURL
    generators.git.requeueAfterSeconds generators.git.revision generators.git.template
    generators.git.values generators.list.elements generators.list.elementsYaml generators.list.template
    generators.matrix generators.merge.generators generators.merge.mergeKeys generators.merge.template
    generators.plugin generators.pullRequest generators.scmProvider generators.selector goTemplate
    goTemplateOptions ignoreApplicationDifferences preservedFields.annotations preservedFields.labels
    strategy.deletionOrder strategy.rollingSync.steps.matchExpressions strategy.rollingSync.steps.maxUpdate
    strategy.type syncPolicy.applicationsSync syncPolicy.preserveResourcesOnDeletion
    template.metadata.annotations template.metadata.finalizers template.metadata.labels
    template.metadata.name template.metadata.namespace template.spec templatePatch`,
  project: `AppProject.spec: clusterResourceBlacklist.name clusterResourceBlacklist.group
    clusterResourceBlacklist.kind clusterResourceWhitelist.name clusterResourceWhitelist.group
    clusterResourceWhitelist.kind destinationServiceAccounts.defaultServiceAccount
    destinationServiceAccounts.namespace destinationServiceAccounts.server destinations.name
    destinations.namespace destinations.server namespaceResourceBlacklist namespaceResourceWhitelist
    orphanedResources.ignore orphanedResources.warn permitOnlyProjectScopedClusters roles.groups roles.name
    roles.policies signatureKeys sourceIntegrity sourceNamespaces sourceRepos syncWindows.andOperator
    syncWindows.applications syncWindows.clusters syncWindows.description syncWindows.duration
    syncWindows.kind syncWindows.manualSync syncWindows.namespaces syncWindows.schedule
    syncWindows.syncOverrun syncWindows.timeZone`,
};

/** Read nowhere: they say nothing that is done, or the allow-lists of `readSpec` refuse them. */
const UNREAD = [
  'AppProject.spec.description',
  'AppProject.spec.roles.description',
  // An event says of every role that it grants nothing.
  'AppProject.spec.roles.jwtTokens',
  // "Deprecated: This field is ignored, and the behavior is always enabled."
  'ApplicationSet.spec.applyNestedSelectors',
  'Application.spec.sourceHydrator',
  'Application.spec.source.kustomize.version',
  // Each of them is a `source`.
  'Application.spec.sources',
];

/** Every word of the code of a folder; `spec.ts` only says what there is. */
function wordsOf(folder: string): Set<string> {
  const files = globSync(`${folder}/**/*.ts`, { cwd: import.meta.dirname }).filter(
    file => !/\.(?:test|fixture)\.ts$|\/spec\.ts$/.test(file) || file === 'application/spec.ts',
  );
  return new Set(
    files.flatMap(file => readFileSync(`${import.meta.dirname}/${file}`, 'utf8').match(/\w+/g) ?? []),
  );
}

/** `Kind.spec: a b.c` as paths. */
function pathsOf(text: string): string[] {
  return text.split(/\s(?=\w+\.[\w.]+:)/).flatMap(part => {
    const [prefix = '', fields = ''] = part.split(': ');
    return fields
      .trim()
      .split(/\s+/)
      .map(field => `${prefix.trim()}.${field}`);
  });
}

interface Schema {
  properties?: Record<string, Schema>;
  items?: Schema;
}

function* fieldsOf(schema: Schema | undefined, path: string): Generator<string> {
  const { properties } = schema?.items ?? schema ?? {};
  if (!properties) yield path;
  for (const [name, field] of Object.entries(properties ?? {})) yield* fieldsOf(field, `${path}.${name}`);
}

async function allFields(): Promise<string[]> {
  const fields = (await argoCdDefinitions()).flatMap(({ spec }) => {
    const { properties } = (spec.versions[0]?.schema?.openAPIV3Schema ?? {}) as Schema;
    return ['spec', 'operation'].flatMap(part =>
      properties?.[part] ? [...fieldsOf(properties[part], `${spec.names.kind}.${part}`)] : [],
    );
  });
  return fields;
}

test('every field of Argo CD’s kinds is read by somebody, or is on the list of what is refused', async () => {
  const known = [...Object.values(READ).flatMap(pathsOf), ...UNREAD];
  const fields = await allFields();
  assert.ok(fields.length > 1_000);
  const within = (field: string, path: string) => field === path || field.startsWith(`${path}.`);
  assert.deepEqual(
    fields.filter(field => !known.some(path => within(field, path))),
    [],
  );
  assert.deepEqual(
    known.filter(path => !fields.some(field => within(field, path))),
    [],
    'fields that are gone',
  );
  for (const [folder, text] of Object.entries(READ)) {
    const words = wordsOf(folder);
    const missing = pathsOf(text).filter(path => !words.has(path.split('.').at(-1) ?? ''));
    assert.deepEqual(missing, [], folder);
  }
});

const source = { repoURL: 'https://git.example.test/a.git', path: 'deploy' };
const refusals: { field: string; spec: object }[] = [
  { field: 'spec.sourceHydrator', spec: { source, sourceHydrator: { drySource: {} } } },
  { field: 'spec.source.kustomize.version', spec: { source: { ...source, kustomize: { version: 'v4' } } } },
  { field: 'spec.source.helm.version', spec: { source: { ...source, helm: { version: 'v2' } } } },
  { field: 'spec.source.plugin', spec: { source: { ...source, plugin: { name: 'x' } } } },
  {
    field: 'spec.source.directory.jsonnet',
    spec: { source: { ...source, directory: { jsonnet: { libs: ['a'] } } } },
  },
  { field: 'spec.sources[0].plugin', spec: { sources: [{ ...source, plugin: {} }] } },
  { field: 'spec.tomorrow', spec: { source, tomorrow: true } },
  { field: 'spec.syncPolicy.tomorrow', spec: { source, syncPolicy: { tomorrow: true } } },
  {
    field: 'spec.syncPolicy.automated.tomorrow',
    spec: { source, syncPolicy: { automated: { tomorrow: 1 } } },
  },
  { field: 'spec.source.tomorrow', spec: { source: { ...source, tomorrow: true } } },
  { field: 'spec.source.helm.tomorrow', spec: { source: { ...source, helm: { tomorrow: true } } } },
];

for (const { field, spec } of refusals) {
  test(`readSpec() refuses ${field} by name`, () => {
    const { problems } = readSpec({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: {},
      spec: { ...spec },
    });
    assert.ok(
      problems.some(({ message }) => message.includes(field)),
      JSON.stringify(problems),
    );
  });
}

test('every key of argocd-cm that config.ts names counts as read, and no other does', () => {
  const text = readFileSync(`${import.meta.dirname}/settings/config.ts`, 'utf8');
  const named = new Set(text.match(/(?<=[['(])[a-z][a-zA-Z]+(?:\.[a-zA-Z]+)+(?=')/g));
  assert.ok(named.size > 30);
  const all = Object.fromEntries([...named].map(key => [key, '']));
  const params = unreadSettings('argocd-cmd-params-cm', all);
  assert.deepEqual(
    unreadSettings('argocd-cm', all).filter(key => params.includes(key)),
    [],
  );
});

test('unreadSettings() names the keys of Argo CD’s ConfigMaps that change nothing here', () => {
  const config = {
    'dex.config': '',
    'timeout.reconciliation': '60s',
    'resource.customizations.health.a_B': '',
  };
  assert.deepEqual(unreadSettings('argocd-cm', config), ['dex.config']);
  assert.deepEqual(unreadSettings('argocd-cmd-params-cm', { 'server.insecure': 'true' }), [
    'server.insecure',
  ]);
  assert.deepEqual(unreadSettings('another', config), []);
});

test('readConfig() stops where a setting would have kept something from happening', () => {
  const { problems } = readConfig(
    { 'application.sync.impersonation.enforced': 'true' },
    { 'applicationsetcontroller.dryrun': 'true', 'reposerver.enable.git.submodule': 'true' },
  );
  assert.equal(problems.length, 2);
  assert.match(
    problems.join(),
    /impersonation\.enforced: true is not supported .*dryrun: true is not supported/,
  );
});
