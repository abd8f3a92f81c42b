import type { Environment } from '@slipway/kinds';

/** What a promotion to an environment needs. */
export interface Rule {
  approvals: { group: string; count: number; selfApproval: boolean }[];
  checks: string[];
}

/** Checks that this version makes. */
export const CHECKS = ['tests', 'sbom'];

/** The rule of an environment; a word in it that nothing here keeps is a problem, never ignored. Pure. */
export function ruleOf(environment: Environment, isRollback: boolean): Rule | { problem: string } {
  const { requires, rollback } = environment.spec.promotion ?? {};
  const words = (isRollback ? rollback?.requires : undefined) ?? requires ?? [];
  const rule: Rule = { approvals: [], checks: [] };
  for (const word of words) {
    const problem = addTo(rule, word);
    if (problem)
      return { problem: `environment ${environment.metadata.name}: promotion.requires: ${problem}` };
  }
  return rule;
}

function addTo(rule: Rule, word: unknown): string | undefined {
  const entries = typeof word === 'object' && word !== null ? Object.entries(word) : [];
  const [[kind, value] = []] = entries;
  if (entries.length === 1 && kind === 'approval') return addApproval(rule, value);
  if (entries.length === 1 && kind === 'checks') return addChecks(rule, value);
  return `found ${JSON.stringify(word)}; allowed: {approval: {group, count, selfApproval}}, {checks: […]}`;
}

function addApproval(rule: Rule, value: unknown): string | undefined {
  const found = typeof value === 'object' && value !== null ? value : {};
  const { group, count = 1, selfApproval = false, ...rest } = found as Record<string, unknown>;
  const isRight =
    typeof group === 'string' &&
    group !== '' &&
    Number.isInteger(count) &&
    Number(count) >= 1 &&
    typeof selfApproval === 'boolean' &&
    Object.keys(rest).length === 0;
  if (!isRight)
    return `approval: found ${JSON.stringify(value)}; allowed: group (its name), count (1 or more), selfApproval (true or false)`;
  rule.approvals.push({ group, count: Number(count), selfApproval });
  return undefined;
}

function addChecks(rule: Rule, value: unknown): string | undefined {
  const names: unknown[] = Array.isArray(value) ? value : [value];
  const unknown = names.find(name => typeof name !== 'string' || !CHECKS.includes(name));
  if (unknown !== undefined)
    return `checks: found ${JSON.stringify(unknown)}; allowed in this version: ${CHECKS.join(', ')}`;
  rule.checks = [...new Set([...rule.checks, ...(names as string[])])];
  return undefined;
}
