import { matchesGlob } from 'node:path/posix';
import type { AnyObject, Kind } from '@slipway/api';
import { sameAddress } from '../application/source/revision.ts';
import type { ApplicationCondition, ApplicationSpec } from '../application/spec.ts';
import { CONTROL_NAMESPACE } from '../application/tracking.ts';

interface GroupKind {
  group?: string;
  kind?: string;
}

interface ProjectSpec {
  sourceRepos?: string[];
  sourceNamespaces?: string[];
  destinations?: { server?: string; name?: string; namespace?: string }[];
  clusterResourceWhitelist?: GroupKind[];
  clusterResourceBlacklist?: GroupKind[];
  namespaceResourceWhitelist?: GroupKind[];
  namespaceResourceBlacklist?: GroupKind[];
}

const IN_CLUSTER = 'https://kubernetes.default.svc';
const INTERNAL_GIT = 'git.slipway.internal';

/** What a project allows one Application. */
export interface ProjectRules {
  project: AnyObject | undefined;
  name: string;
  /** Namespace of the Application. */
  applicationNamespace: string;
  applicationName: string;
  /** Names of the platform's environments: a team's namespaces are `<team>-<environment>`. */
  environments: string[];
}

/** What a project does not allow of an Application; a rule that begins with `!` takes away. */
export function projectProblems(rules: ProjectRules, spec: ApplicationSpec): ApplicationCondition[] {
  const refuse = (message: string): ApplicationCondition => ({ type: 'InvalidSpecError', message });
  if (!rules.project) return [refuse(`Application referencing project ${rules.name} which does not exist`)];
  const { sourceRepos = [], sourceNamespaces = [] } = (rules.project.spec ?? {}) as ProjectSpec;
  const { applicationNamespace: from, applicationName } = rules;
  if (from !== CONTROL_NAMESPACE && !sourceNamespaces.some(pattern => matches(from, pattern)))
    return [
      refuse(
        `application '${applicationName}' in namespace '${from}' is not permitted to use project '${rules.name}'`,
      ),
    ];
  const { repoURL } = spec.source;
  const problems: ApplicationCondition[] = [];
  const fits = (pattern: string) =>
    pattern === '*' || sameAddress(pattern, repoURL) || matches(repoURL, pattern);
  if (!permits(sourceRepos, fits))
    problems.push(refuse(`application repo ${repoURL} is not permitted in project '${rules.name}'`));
  const owner = ownerOf(repoURL);
  const team = teamOf(rules);
  // The engine reads every repository of the platform: an Application must not lend that to its team.
  if (team && owner !== undefined && owner !== team)
    problems.push(
      refuse(
        `application repo ${repoURL} is not permitted in project '${rules.name}'; Applications of team "${team}" read repositories of "${team}"`,
      ),
    );
  const { namespace = '' } = spec.destination;
  if (!permitsNamespace(rules, namespace))
    problems.push(
      refuse(
        `application destination server '${IN_CLUSTER}' and namespace '${namespace}' do not match any of the allowed destinations in project '${rules.name}'${teamText(rules)}`,
      ),
    );
  return problems;
}

/** Whose repository of this platform an address names; undefined for other servers. */
function ownerOf(repoURL: string): string | undefined {
  const url = URL.parse(repoURL);
  if (url?.hostname !== INTERNAL_GIT) return undefined;
  const [owner = ''] = url.pathname.split('/').filter(part => part !== '');
  return decodeURIComponent(owner).toLowerCase();
}

/** Why one object may not be applied; undefined when it may. */
export function resourceProblem(
  rules: ProjectRules,
  { kind, namespace }: { kind: Kind; namespace: string | undefined },
): string | undefined {
  const spec = (rules.project?.spec ?? {}) as ProjectSpec;
  const text = `${kind.group}:${kind.kind}`;
  const refused = `resource ${text} is not permitted in project ${rules.name}`;
  if (!kind.namespaced) {
    if (teamOf(rules)) return `${refused}${teamText(rules)}`;
    const { clusterResourceWhitelist: white = [], clusterResourceBlacklist: black = [] } = spec;
    return lists(white, kind) && !lists(black, kind) ? undefined : refused;
  }
  const { namespaceResourceWhitelist: white, namespaceResourceBlacklist: black = [] } = spec;
  if (lists(black, kind) || (white && white.length > 0 && !lists(white, kind))) return refused;
  if (permitsNamespace(rules, namespace ?? '')) return undefined;
  return `namespace ${namespace} is not permitted in project '${rules.name}'${teamText(rules)}`;
}

function lists(rules: GroupKind[], { group, kind }: Kind): boolean {
  return rules.some(rule => matches(group, rule.group ?? '') && matches(kind, rule.kind ?? ''));
}

/** Team of the Application's namespace `team-<team>`: its Applications stay in its own namespaces. */
function teamOf({ applicationNamespace }: ProjectRules): string | undefined {
  return /^team-(.+)$/.exec(applicationNamespace)?.[1];
}

function teamText(rules: ProjectRules): string {
  const team = teamOf(rules);
  if (!team) return '';
  return `; Applications of team "${team}" deliver to ${teamNamespaces(rules, team).join(', ')}`;
}

function teamNamespaces({ environments }: ProjectRules, team: string): string[] {
  return [...environments.map(environment => `${team}-${environment}`), `team-${team}`];
}

function permitsNamespace(rules: ProjectRules, namespace: string): boolean {
  const team = teamOf(rules);
  if (team && !teamNamespaces(rules, team).includes(namespace)) return false;
  const { destinations = [] } = (rules.project?.spec ?? {}) as ProjectSpec;
  const fits = ({
    server,
    name,
    namespace: pattern = '',
  }: NonNullable<ProjectSpec['destinations']>[number]) =>
    (name ? matches('in-cluster', name) : matches(IN_CLUSTER, server ?? '')) &&
    matches(namespace, pattern.replace(/^!/, ''));
  const denied = destinations.some(rule => rule.namespace?.startsWith('!') && fits(rule));
  return !denied && destinations.some(rule => !rule.namespace?.startsWith('!') && fits(rule));
}

function permits(patterns: string[], fits: (pattern: string) => boolean): boolean {
  if (patterns.some(pattern => pattern.startsWith('!') && fits(pattern.slice(1)))) return false;
  return patterns.some(pattern => !pattern.startsWith('!') && fits(pattern));
}

function matches(text: string, pattern: string): boolean {
  return pattern === '*' || pattern === text || matchesGlob(text, pattern);
}
