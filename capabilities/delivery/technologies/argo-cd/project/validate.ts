import { messageOf } from '@slipway/api';
import { goDurationMs } from '../settings/go-duration.ts';
import { parseCron } from './cron.ts';
import type { ProjectRole, ProjectSpec, SyncWindow } from './spec.ts';

const SCOPED = ['applications', 'applicationsets', 'repositories', 'exec', 'logs', 'clusters'];
const ACTIONS = /^(get|create|update|delete|sync|override|invoke|\*|action\/.*|update\/.*|delete\/.*)$/;
const ROLE_NAME = /^[a-zA-Z0-9]([-_a-zA-Z0-9]*[a-zA-Z0-9])?$/;
const NO_ACCOUNT = /[!*[\]{}\\/]/;

/** What is wrong with a project, in Argo CD's words; undefined when nothing is. */
export function projectProblem(name: string, spec: ProjectSpec): string | undefined {
  return (
    destinationProblem(spec) ??
    twice(spec.sourceNamespaces, each => `source namespace '${each}' already added`) ??
    first(spec.sourceRepos ?? [], (each, isAgain) => {
      if (each === '!*') return "source repository has an invalid format, '!*'";
      return isAgain ? `source repository '${each}' already added` : undefined;
    }) ??
    roleProblem(name, spec.roles ?? []) ??
    windowProblem(spec.syncWindows ?? []) ??
    accountProblem(spec)
  );
}

function twice(texts: string[] = [], say: (text: string) => string): string | undefined {
  const found = texts.find((text, index) => texts.indexOf(text) !== index);
  return found === undefined ? undefined : say(found);
}

function destinationProblem({ destinations = [] }: ProjectSpec): string | undefined {
  const keys = destinations.map(
    ({ server = '', name = '', namespace = '' }) => `${server === '' ? name : server}/${namespace}`,
  );
  for (const [index, destination] of destinations.entries()) {
    for (const field of ['name', 'server', 'namespace'] as const)
      if (destination[field] === '!*') return `${field} has an invalid format, '!*'`;
    const key = keys[index] ?? '';
    if (keys.indexOf(key) < index) return `destination '${key}' already added`;
  }
  return undefined;
}

function roleProblem(project: string, roles: ProjectRole[]): string | undefined {
  const names = roles.map(({ name }) => name);
  const double = twice(names, name => `role '${name}' already exists`);
  if (double) return double;
  for (const { name, policies = [], groups = [] } of roles) {
    if (!ROLE_NAME.test(name))
      return `invalid role name '${name}'. Must consist of alphanumeric characters, '-' or '_', and must start and end with an alphanumeric character`;
    const problem =
      first(policies, (policy, isAgain) =>
        isAgain
          ? `policy '${policy}' already exists for role '${name}'`
          : policyProblem(project, name, policy),
      ) ??
      first(groups, (group, isAgain) =>
        isAgain ? `group '${group}' already exists for role '${name}'` : groupProblem(group),
      );
    if (problem) return problem;
  }
  return undefined;
}

/** The first problem, one by one; a text that stood there before comes again. */
function first(
  texts: string[],
  problemOf: (text: string, isAgain: boolean) => string | undefined,
): string | undefined {
  for (const [index, text] of texts.entries()) {
    const problem = problemOf(text, texts.indexOf(text) < index);
    if (problem) return problem;
  }
  return undefined;
}

function policyProblem(project: string, role: string, policy: string): string | undefined {
  const wrong = `invalid policy rule '${policy}':`;
  const parts = policy.split(',').map(part => part.trim());
  const [type, subject, resource = '', action = '', object = '', effect = ''] = parts;
  if (parts.length !== 6 || type !== 'p') return `${wrong} must be of the form: 'p, sub, res, act, obj, eft'`;
  const expected = `proj:${project}:${role}`;
  if (subject !== expected) return `${wrong} policy subject must be: '${expected}', not '${subject}'`;
  if (!SCOPED.includes(resource))
    return `${wrong} project resource must be: 'applications', 'applicationsets', 'repositories', 'exec', 'logs' or 'clusters', not '${resource}'`;
  if (!ACTIONS.test(action)) return `${wrong} invalid action '${action}'`;
  const [owner, ...rest] = object.split('/');
  const isObject = owner === project && rest.length >= 1 && rest.length <= 2 && rest.every(isName);
  if (!isObject)
    return `${wrong} object must be of form '${project}/*', '${project}[/<NAMESPACE>]/<APPNAME>' or '${project}/<APPNAME>', not '${object}'`;
  return effect === 'allow' || effect === 'deny' ? undefined : `${wrong} effect must be: 'allow' or 'deny'`;
}

function isName(part: string): boolean {
  return /^[*\w.-]+$/.test(part);
}

function groupProblem(group: string): string | undefined {
  const trimmed = group.trim();
  const isQuoted = trimmed.length > 1 && trimmed.startsWith('"') && trimmed.endsWith('"');
  if (!isQuoted && trimmed.includes(',')) return `group '${trimmed}' must be quoted`;
  const bare = isQuoted ? trimmed.slice(1, -1) : trimmed;
  if (bare === '') return `group '${bare}' is empty`;
  if (/["\n\r\t]/.test(bare)) return `group '${bare}' contains invalid characters`;
  if (group.length > 1 && /^\s/.test(group)) return `group '${bare}' contains a leading space`;
  return group.length > 1 && /\s$/.test(group) ? `group '${bare}' contains a trailing space` : undefined;
}

function windowProblem(windows: SyncWindow[]): string | undefined {
  const identities = windows.map(({ manualSync: _m, description: _d, syncOverrun: _o, ...window }) =>
    JSON.stringify(Object.entries(window).sort()),
  );
  for (const [index, window] of windows.entries()) {
    const { kind = '', schedule = '', duration = '', description = '' } = window;
    if (identities.indexOf(identities[index] ?? '') !== index)
      return `sync window with kind '${kind}', schedule '${schedule}', and duration '${duration}' already exists`;
    if (kind !== 'allow' && kind !== 'deny') return `kind '${kind}' mismatch: can only be allow or deny`;
    const unreadable =
      attempt(`cannot parse schedule '${schedule}'`, () => parseCron(schedule)) ??
      attempt(`cannot parse duration '${duration}'`, () => goDurationMs(duration));
    if (unreadable) return unreadable;
    if (description.length > 255) return 'description must not exceed 255 characters';
    const { applications = [], namespaces = [], clusters = [] } = window;
    if (applications.length + namespaces.length + clusters.length === 0)
      return `window '${kind}':'${schedule}':'${duration}' requires one of application, cluster or namespace`;
  }
  return undefined;
}

function attempt(what: string, read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    return `${what}: ${messageOf(error)}`;
  }
}

function accountProblem({ destinationServiceAccounts: accounts = [] }: ProjectSpec): string | undefined {
  for (const { server = '', namespace = '', defaultServiceAccount: account = '' } of accounts) {
    if (server.includes('!')) return `server has an invalid format, '${server}'`;
    if (namespace.includes('!')) return `namespace has an invalid format, '${namespace}'`;
    if (account.trim() === '' || NO_ACCOUNT.test(account))
      return `defaultServiceAccount has an invalid format, '${account}'`;
  }
  const keys = accounts.map(({ server = '', namespace = '' }) => `${server}/${namespace}`);
  return twice(keys, key => `destinationServiceAccount '${key}' already added`);
}
