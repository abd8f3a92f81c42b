import { type AnyObject, messageOf } from '@slipway/api';
import type { Destination } from '../clusters/destination.ts';

export interface ValidateInput {
  setName: string;
  applications: AnyObject[];
  hasProject(name: string): boolean;
  /** @throws Error with Argo CD's words for a destination that there is not */
  findCluster(destination: Destination): unknown;
}

/** Applications that can be written, and why the others cannot, by name. */
export interface Validated {
  valid: AnyObject[];
  problems: Map<string, string>;
}

export function validateApplications(input: ValidateInput): Validated {
  const seen = new Set<string>();
  const valid: AnyObject[] = [];
  const problems = new Map<string, string>();
  for (const application of input.applications) {
    const { name = '' } = application.metadata;
    const problem = problemOf(input, application, seen);
    if (problem) problems.set(name, problem);
    if (!problem) valid.push(application);
    seen.add(name);
  }
  return { valid: valid.filter(({ metadata }) => !problems.has(metadata.name ?? '')), problems };
}

function problemOf(
  { setName, hasProject, findCluster }: ValidateInput,
  { metadata, spec = {} }: AnyObject,
  seen: Set<string>,
): string | undefined {
  const { name = '' } = metadata;
  if (name === '')
    return `ApplicationSet ${setName} contains an application with no name; a name must be set in the template's metadata.name or via a templatePatch (generateName is not supported)`;
  if (seen.has(name)) return `ApplicationSet ${setName} contains applications with duplicate name: ${name}`;
  const project = String(spec.project || 'default');
  if (!hasProject(project)) return `application references project ${project} which does not exist`;
  try {
    findCluster((spec.destination ?? {}) as Destination);
    return undefined;
  } catch (error) {
    return `application destination spec is invalid: ${messageOf(error)}`;
  }
}

/** The last of the problems, by name, and how many more there are. */
export function problemText(problems: Map<string, string>): string {
  const [last = ''] = [...problems.keys()].sort().reverse();
  const more = problems.size > 1 ? ` (and ${problems.size - 1} more)` : '';
  return `${problems.get(last)}${more}`;
}
