import type { PolicyRule } from '@slipway/kinds';

/** What people do here, in their words, and what the API asks before it lets them: a verb and a resource. */
interface Deed {
  words: string;
  verb: string;
  group: string;
  resource: string;
}

const deed = (words: string, verb: string, group: string, resource: string): Deed => ({
  words,
  verb,
  group,
  resource,
});

/** In a team's own namespace. */
export const TEAM_DEEDS: Deed[] = [
  deed('see services', 'get', 'slipway.dev', 'workloads'),
  deed('create services', 'create', 'slipway.dev', 'templateruns'),
  deed('retire services', 'create', 'slipway.dev', 'retirements'),
  deed('read repositories', 'get', 'source.slipway.dev', 'repositories'),
  deed('push', 'update', 'source.slipway.dev', 'repositories'),
  deed('propose changes', 'create', 'source.slipway.dev', 'changerequests'),
  deed('set branch protection', 'create', 'source.slipway.dev', 'branchprotections'),
  deed('run pipelines', 'create', 'argoproj.io', 'workflows'),
  deed('pull images', 'get', 'artifacts.slipway.dev', 'images'),
  deed('push images', 'update', 'artifacts.slipway.dev', 'images'),
  deed('synchronize deliveries', 'update', 'argoproj.io', 'applications'),
  deed('promote', 'create', 'slipway.dev', 'promotions'),
  deed('approve', 'create', 'slipway.dev', 'approvals'),
  deed('read secrets', 'get', '', 'secrets'),
];

/** In the namespace of an environment. */
export const ENVIRONMENT_DEEDS: Deed[] = [
  deed('see what runs', 'get', '', 'pods'),
  deed('read logs', 'get', '', 'pods/log'),
  deed('restart pods', 'delete', '', 'pods'),
  deed('enter pods', 'create', '', 'pods/exec'),
  deed('read secrets', 'get', '', 'secrets'),
  deed('change secrets', 'update', '', 'secrets'),
  deed('deploy past Git', 'create', 'apps', 'deployments'),
];

/** Of the platform as a whole. */
export const PLATFORM_DEEDS: Deed[] = [
  deed('see the platform', 'get', 'slipway.dev', 'platforms'),
  deed('change the platform', 'update', 'slipway.dev', 'platforms'),
  deed('manage people', 'create', 'identity.slipway.dev', 'users'),
  deed('manage teams', 'update', 'slipway.dev', 'teams'),
  deed('read the audit', 'list', 'audit.slipway.dev', 'auditrecords'),
];

/** The deeds that rules allow, by Kubernetes' own reading of rules (names of single objects aside). */
export function allowedBy(rules: PolicyRule[], deeds: Deed[]): string[] {
  return deeds.filter(each => rules.some(rule => allows(rule, each))).map(({ words }) => words);
}

function allows(rule: PolicyRule, { verb, group, resource }: Deed): boolean {
  if (rule.resourceNames?.length) return false;
  return has(rule.verbs, verb) && has(rule.apiGroups, group) && covers(rule.resources ?? [], resource);
}

function has(words: string[] | undefined, word: string): boolean {
  return words?.some(each => each === '*' || each === word) ?? false;
}

/** `*` is every resource and what is below each; a star before `/log` is the logs of every resource. */
function covers(resources: string[], resource: string): boolean {
  const below = resource.split('/')[1];
  return has(resources, resource) || (below !== undefined && resources.includes(`*/${below}`));
}
