import { type AnyObject, messageOf, type Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { unmanagedProblem } from '../clusters/cluster.ts';
import type { Reached } from '../clusters/clusters.ts';
import { effectiveProject } from '../project/effective-project.ts';
import { serviceAccountFor } from '../project/impersonation.ts';
import { type ProjectRules, projectProblems, resourceProblem } from '../project/project.ts';
import { projectSpecOf } from '../project/spec.ts';
import type { ArgoCdConfig } from '../settings/config.ts';
import { secretTexts } from '../settings/repository.ts';
import type { CompareInput } from './compare.ts';
import type { Around, Desk } from './desk.ts';
import type { DiffOptions } from './diff/diff.ts';
import { type IgnoreRule, ignoreRule } from './diff/ignore-differences.ts';
import { type ApplicationCondition, type ApplicationSpec, readSpec } from './spec.ts';
import { COMPARE_OPTIONS, hasOption } from './sync/annotations.ts';
import { type ApplicationName, CONTROL_NAMESPACE } from './tracking.ts';

/** An Application whose spec, project and destination are in order. */
export interface Ground {
  name: ApplicationName;
  spec: ApplicationSpec;
  config: ArgoCdConfig;
  reached: Reached;
  rules: ProjectRules;
  diff: DiffOptions;
  /** Another text when anything changes of what decides over differences. */
  diffRules: string;
}

/** Reads what an Application stands on, or says in Argo CD's words what is wrong with it. */
export function groundOf(
  desk: Desk,
  application: Stored<AnyObject>,
  around: Around,
): Ground | { problems: ApplicationCondition[]; spec?: ApplicationSpec } {
  const { spec, problems } = readSpec(application);
  if (!spec) return { problems };
  const config = desk.settings.config();
  if (config.problems.length > 0)
    return { spec, problems: config.problems.map(message => ({ type: 'ComparisonError', message })) };
  let reached: Reached;
  try {
    reached = desk.clusters.clientFor(spec.destination);
  } catch (error) {
    return { spec, problems: [{ type: 'InvalidSpecError', message: messageOf(error) }] };
  }
  const rules = rulesOf(desk, application, { spec, around, reached, config });
  const refused = projectProblems(rules, spec);
  if (refused.length > 0) return { spec, problems: refused };
  const name = { namespace: application.metadata.namespace ?? '', name: application.metadata.name };
  const diff = diffOptions(application, spec, config);
  return { name, spec, config, reached, rules, diff, diffRules: JSON.stringify(diff) };
}

interface RuleInput {
  spec: ApplicationSpec;
  around: Around;
  reached: Reached;
  config: ArgoCdConfig;
}

function rulesOf(desk: Desk, { metadata }: Stored<AnyObject>, input: RuleInput): ProjectRules {
  const { spec, reached } = input;
  return {
    ...projectOf(desk, input),
    name: spec.project,
    applicationNamespace: metadata.namespace ?? '',
    applicationName: metadata.name,
    environments: desk.environments,
    cluster: reached.cluster,
  };
}

/** Worked out once for each project, until settings or projects change: many Applications have the same. */
function projectOf(desk: Desk, input: RuleInput): Pick<ProjectRules, 'project' | 'projectClusters'> {
  const { spec, around } = input;
  const version = settingsText(desk, around);
  if (desk.projects.version !== version) desk.projects = { version, rules: new Map() };
  const known = desk.projects.rules.get(spec.project);
  if (known) return known;
  const rules = readProject(desk, input);
  desk.projects.rules.set(spec.project, rules);
  return rules;
}

/** Versions of the settings and of all projects. */
export function settingsText({ settingsVersion }: Desk, { projects }: Around): string {
  return `${settingsVersion} ${projects.map(({ metadata }) => metadata.resourceVersion).join(' ')}`;
}

function readProject(
  { clusters, settings }: Desk,
  { spec, around, config }: RuleInput,
): Pick<ProjectRules, 'project' | 'projectClusters'> {
  const found = around.projects.find(
    ({ metadata }) => metadata.name === spec.project && metadata.namespace === CONTROL_NAMESPACE,
  );
  const projectClusters = clusters.ofProject(spec.project);
  const repositories = settings
    .repositories()
    .map(({ secret }) => secretTexts(secret))
    .flatMap(({ project, url }) => (project === spec.project && url ? [url] : []));
  const { globalProjects } = config;
  const surroundings = { projects: around.projects, globalProjects, repositories, clusters: projectClusters };
  return { project: found && effectiveProject(found, surroundings), projectClusters };
}

const CRD = 'apiextensions.k8s.io/CustomResourceDefinition';

/** What of the comparison the Application's annotations and the settings say. */
function diffOptions(application: AnyObject, spec: ApplicationSpec, config: ArgoCdConfig): DiffOptions {
  const has = (option: string) => hasOption(application, COMPARE_OPTIONS, option);
  const { ignoreAggregatedRoles } = config.compare;
  return {
    ignoreRules: [...systemRules(config), ...spec.ignoreDifferences],
    ignoreAggregatedRoles,
    knownFields: Object.fromEntries(
      Object.entries(config.resourceOverrides).flatMap(([key, { knownTypeFields }]) =>
        knownTypeFields.length > 0 ? [[key, knownTypeFields]] : [],
      ),
    ),
    serverSideDiff: (config.serverSideDiff || has('ServerSideDiff=true')) && !has('ServerSideDiff=false'),
    includeMutationWebhook: has('IncludeMutationWebhook=true'),
    serverSideApply: spec.syncOptions.includes('ServerSideApply=true'),
  };
}

/** `resource.customizations.ignoreDifferences.*`, and what Argo CD ignores by itself: statuses, and a field of CRDs. */
export function systemRules({ resourceOverrides, compare }: ArgoCdConfig): IgnoreRule[] {
  const configured = Object.entries(resourceOverrides).map(([key, { ignoreDifferences }]) =>
    ignoreRule({ ...groupAndKind(key), ...ignoreDifferences }),
  );
  const status = { all: '*/*', crd: CRD, none: undefined }[compare.ignoreResourceStatusField];
  return [
    ...configured,
    ...(status ? [ignoreRule({ ...groupAndKind(status), jsonPointers: ['/status'] })] : []),
    ignoreRule({ ...groupAndKind(CRD), jsonPointers: ['/spec/preserveUnknownFields'] }),
  ];
}

/** `apps/Deployment`; a kind alone is of the core group. */
function groupAndKind(key: string): { group: string; kind: string } {
  const at = key.indexOf('/');
  return at < 0 ? { group: '', kind: key } : { group: key.slice(0, at), kind: key.slice(at + 1) };
}

/** All that a comparison needs but for the objects. */
export function compareInput(
  desk: Desk,
  { name, spec, config, reached, rules, diff, diffRules }: Ground,
): Omit<CompareInput, 'manifests' | 'known'> {
  return {
    application: name,
    spec,
    client: reached.client,
    cache: desk.cacheOf(reached),
    tracking: config,
    diff,
    rules: diffRules,
    memo: desk.memo,
    jq: desk.jq,
    health: desk.health,
    isExcluded: kind => desk.settings.isExcluded(kind, reached.cluster.server),
    refusal: object => resourceProblem(rules, object),
    unmanaged: ({ kind, namespace, name }) =>
      unmanagedProblem(reached.cluster, { kind: kind.kind, name, namespace }),
  };
}

/**
 * The client that a sync writes with: where `application.sync.impersonation.enabled` is set, that of the account which
 * the project names for the destination.
 * @throws Error with what becomes the operation's message
 */
export function syncClient({ ports }: Desk, { config, reached, rules, spec, name }: Ground): Client {
  if (!config.impersonationEnabled) return reached.client;
  const { server } = reached.cluster;
  const { namespace } = spec.destination;
  const account = serviceAccountFor(projectSpecOf(rules.project), { server, namespace }, name.namespace);
  if (account === undefined)
    throw new Error(
      `no matching service account found for destination server ${server} and namespace ${namespace}`,
    );
  if (reached.client !== ports.client)
    throw new Error(
      `application.sync.impersonation.enabled: on another cluster (${server}) this engine acts as its Secret says and impersonates nobody; deliver there from a project without it`,
    );
  const [, , accountNamespace = ''] = account.split(':');
  const groups = [
    'system:serviceaccounts',
    `system:serviceaccounts:${accountNamespace}`,
    'system:authenticated',
  ];
  return ports.as({ username: account, groups });
}
