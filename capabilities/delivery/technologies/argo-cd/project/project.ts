import type { AnyObject, Kind } from '@slipway/api';
import type { ApplicationCondition, ApplicationSpec } from '../application/spec.ts';
import { CONTROL_NAMESPACE } from '../application/tracking.ts';
import { type Cluster, ownCluster } from '../clusters/cluster.ts';
import { matchesList } from '../settings/glob.ts';
import { ownerOf } from '../settings/own-server.ts';
import { isDestinationPermitted } from './destination-permission.ts';
import { isKindPermitted } from './resource-permission.ts';
import { isSourcePermitted } from './source-permission.ts';
import { type ProjectSpec, projectSpecOf } from './spec.ts';

/** Servers of the platform itself, which know the engine: its own repositories and charts. */

/** What a project allows one Application. */
export interface ProjectRules {
  /** As `effectiveProject` gives it. */
  project: AnyObject | undefined;
  name: string;
  /** Namespace of the Application. */
  applicationNamespace: string;
  applicationName: string;
  /** Names of the platform's environments: a team's namespaces are `<team>-<environment>`. */
  environments: string[];
  /** What the destination means; default: the platform itself. */
  cluster?: Cluster;
  /** Clusters whose Secrets name this project. */
  projectClusters?: Cluster[];
}

/** What a project does not allow of an Application, in Argo CD's words; a rule that begins with `!` takes away. */
export function projectProblems(rules: ProjectRules, spec: ApplicationSpec): ApplicationCondition[] {
  const { project, name, cluster = ownCluster } = rules;
  if (!project) return [refusal(`Application referencing project ${name} which does not exist`)];
  const projectSpec = projectSpecOf(project);
  const stranger = strangerProblem(rules, projectSpec);
  if (stranger) return [refusal(stranger)];
  const unsupported = unsupportedProblem(projectSpec, name);
  const problems = unsupported ? [refusal(unsupported)] : [];
  for (const { repoURL } of spec.sources) {
    const problem = sourceProblem(rules, projectSpec, repoURL);
    if (problem) problems.push(refusal(problem));
  }
  const { namespace = '' } = spec.destination;
  if (!permitsNamespace(rules, namespace)) {
    const server = spec.destination.name ? cluster.name : cluster.server;
    problems.push(
      refusal(
        `application destination server '${server}' and namespace '${namespace}' do not match any of the allowed destinations in project '${name}'${teamText(rules)}`,
      ),
    );
  }
  return problems;
}

function refusal(message: string): ApplicationCondition {
  return { type: 'InvalidSpecError', message };
}

/** Why the Application's namespace may not use the project. */
function strangerProblem(rules: ProjectRules, { sourceNamespaces = [] }: ProjectSpec): string | undefined {
  const { applicationNamespace: from, applicationName, name } = rules;
  if (from === CONTROL_NAMESPACE || matchesList(from, sourceNamespaces)) return undefined;
  return `application '${applicationName}' in namespace '${from}' is not permitted to use project '${name}'`;
}

/** A rule that nobody would check must not look as if somebody did. */
function unsupportedProblem(spec: ProjectSpec, name: string): string | undefined {
  const field = spec.sourceIntegrity ? 'sourceIntegrity' : 'signatureKeys';
  if (!spec.sourceIntegrity && (spec.signatureKeys ?? []).length === 0) return undefined;
  return `project '${name}': spec.${field} is not supported by this engine: it does not check who signed commits; remove it, or protect the branch in the repository`;
}

/** Why a repository may not be read for something of a namespace; undefined when it may. */
export function repositoryProblem(rules: ProjectRules, repoURL: string): string | undefined {
  const spec = projectSpecOf(rules.project);
  return strangerProblem(rules, spec) ?? sourceProblem(rules, spec, repoURL);
}

function sourceProblem(rules: ProjectRules, spec: ProjectSpec, repoURL: string): string | undefined {
  const refused = `application repo ${repoURL} is not permitted in project '${rules.name}'`;
  if (!isSourcePermitted(spec, repoURL)) return refused;
  const owner = ownerOf(repoURL);
  const team = teamOf(rules);
  // The engine reads every repository of the platform: an Application must not lend that to its team.
  if (!team || owner === undefined || owner === team) return undefined;
  return `${refused}; Applications of team "${team}" read repositories of "${team}"`;
}

/** Why one object may not be applied; undefined when it may. */
export function resourceProblem(
  rules: ProjectRules,
  { kind, namespace, name = '' }: { kind: Kind; namespace: string | undefined; name?: string },
): string | undefined {
  const refused = `resource ${kind.group}:${kind.kind} is not permitted in project ${rules.name}`;
  if (!kind.namespaced && boundTeam(rules)) return `${refused}${teamText(rules)}`;
  if (!isKindPermitted(projectSpecOf(rules.project), kind, name)) return refused;
  if (!kind.namespaced || permitsNamespace(rules, namespace ?? '')) return undefined;
  return `namespace ${namespace} is not permitted in project '${rules.name}'${teamText(rules)}`;
}

/** Team of the Application's namespace `team-<team>`: its Applications stay in its own namespaces. */
function teamOf({ applicationNamespace }: ProjectRules): string | undefined {
  return /^team-(.+)$/.exec(applicationNamespace)?.[1];
}

/** On the platform itself and in the project everybody may use, whatever else that project allows. */
function boundTeam(rules: ProjectRules): string | undefined {
  const { cluster = ownCluster, name } = rules;
  return cluster.server === ownCluster.server || name === 'default' ? teamOf(rules) : undefined;
}

function teamText(rules: ProjectRules): string {
  const team = boundTeam(rules);
  if (!team) return '';
  return `; Applications of team "${team}" deliver to ${teamNamespaces(rules, team).join(', ')}`;
}

function teamNamespaces({ environments }: ProjectRules, team: string): string[] {
  return [...environments.map(environment => `${team}-${environment}`), `team-${team}`];
}

function permitsNamespace(rules: ProjectRules, namespace: string): boolean {
  const { cluster = ownCluster, projectClusters = [] } = rules;
  const team = boundTeam(rules);
  if (team && !teamNamespaces(rules, team).includes(namespace)) return false;
  const target = { server: cluster.server, name: cluster.name, namespace };
  return isDestinationPermitted(projectSpecOf(rules.project), target, projectClusters);
}
