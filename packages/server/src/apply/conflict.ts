import { StatusError } from '@slipway/api';
import { type FieldSet, has, type Path, pathsOf } from './field-set.ts';
import type { Manager } from './managers.ts';
import { pathText } from './path-element.ts';

/** One field that another manager owns. */
export interface Conflict {
  manager: Manager;
  path: Path;
}

/** All conflicts, in the order in which the message lists them. */
export function conflictsOf(sets: { manager: Manager; set: FieldSet }[]): Conflict[] {
  return sets
    .toSorted((a, b) => (a.manager.manager < b.manager.manager ? -1 : 1))
    .flatMap(({ manager, set }) => pathsOf(set).map(path => ({ manager, path })));
}

export function withoutAllowed(conflicts: Conflict[], allowed: FieldSet): Conflict[] {
  return conflicts.filter(conflict => !has(allowed, conflict.path));
}

/** 409 with one cause for each field; kubectl prints the message as it is. */
export function conflictError(conflicts: Conflict[]): StatusError {
  const causes = conflicts.map(({ manager, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${managerText(manager)}`,
    field: pathText(path),
  }));
  return new StatusError('Conflict', messageOf(conflicts), { causes });
}

function messageOf(conflicts: Conflict[]): string {
  const [only] = conflicts;
  if (only && conflicts.length === 1) {
    return `Apply failed with 1 conflict: conflict with ${managerText(only.manager)}: ${pathText(only.path)}`;
  }
  const groups = Map.groupBy(conflicts, conflict => conflict.manager);
  const lines = [...groups].flatMap(([manager, group]) => [
    `conflicts with ${managerText(manager)}:`,
    ...group.map(({ path }) => `- ${pathText(path)}`),
  ]);
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}

function managerText({ manager, operation, apiVersion, subresource }: Manager): string {
  const name = JSON.stringify(manager);
  const scoped = subresource ? `${name} with subresource ${JSON.stringify(subresource)}` : name;
  return operation === 'Update' ? `${scoped} using ${apiVersion}` : scoped;
}
