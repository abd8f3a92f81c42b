import type { Stored } from '@slipway/api';
import type { Team } from '@slipway/kinds';

/** Who the definition's own fields belong to in `metadata.managedFields`. */
const DEFINITION = 'slipway';

/** Whether the platform's definition says who is in a team; then it would undo every change made elsewhere. */
export function isOfDefinition({ metadata }: Pick<Stored<Team>, 'metadata'>): boolean {
  const managers = (metadata as { managedFields?: { manager?: string; operation?: string }[] }).managedFields;
  return managers?.some(each => each.manager === DEFINITION && each.operation === 'Apply') ?? false;
}

/** `user:<name>` or `group:<name>`, without groups that carry Kubernetes' own rights or the platform's. */
export function isMemberName(text: string): boolean {
  return /^user:[^\s:]+$/.test(text) || /^group:(?!system:|slipway:)\S+$/.test(text);
}

/** The team as platform.yaml has it. */
export function definitionLines({ metadata, spec }: Pick<Stored<Team>, 'metadata' | 'spec'>): string {
  const members = (spec.members ?? []).map(member => JSON.stringify(member)).join(', ');
  return `spec:\n  teams:\n    - name: ${metadata.name}\n      members: [${members}]`;
}
