import type { PlatformDocument, Problem } from './document.ts';

/** Contracts that the words of a promotion's rule need, and who meets them is for the map. */
const APPROVAL_NEEDS = 'approvals';
const CHECK_NEEDS: Record<string, string> = { tests: 'pipelines', sbom: 'image-builder' };

type Promotion = NonNullable<
  NonNullable<NonNullable<PlatformDocument['spec']>['environments']>[number]['promotion']
>;

/** JSON Schema of what a promotion may require; each item is one word. */
export const REQUIRES_SCHEMA = {
  type: 'array',
  items: {
    type: 'object',
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
    properties: {
      approval: {
        type: 'object',
        required: ['group'],
        additionalProperties: false,
        properties: {
          group: { type: 'string', minLength: 1, description: 'Whose members decide.' },
          count: { type: 'integer', minimum: 1, description: 'How many of them; default 1.' },
          selfApproval: { type: 'boolean', description: 'Whether who promotes counts; default false.' },
        },
      },
      checks: { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } },
    },
  },
} as const;

/** Words of a rule that nothing chosen keeps: refused by name. Pure. */
export function ruleProblems(promotion: Promotion, field: string, provided: Set<string>): Problem[] {
  const { requires = [], rollback } = promotion;
  return [
    ...wordProblems(requires, `${field}.requires`, provided),
    ...wordProblems(rollback?.requires ?? [], `${field}.rollback.requires`, provided),
  ];
}

function wordProblems(words: Record<string, unknown>[], field: string, provided: Set<string>): Problem[] {
  return words.flatMap(({ approval, checks }, index) => {
    const at = `${field}.${index}`;
    const names = Array.isArray(checks) ? (checks as string[]) : [];
    return [
      ...(approval && !provided.has(APPROVAL_NEEDS)
        ? [
            {
              field: `${at}.approval`,
              message: `needs ${APPROVAL_NEEDS}, which nothing chosen provides; choose a technology for validation`,
            },
          ]
        : []),
      ...names.flatMap((name, place) => checkProblems(name, `${at}.checks.${place}`, provided)),
    ];
  });
}

function checkProblems(name: string, field: string, provided: Set<string>): Problem[] {
  const need = CHECK_NEEDS[name];
  const allowed = Object.keys(CHECK_NEEDS).sort().join(', ');
  if (need === undefined)
    return [{ field, message: `found ${JSON.stringify(name)}; allowed in this version: ${allowed}` }];
  if (provided.has(need)) return [];
  return [{ field, message: `check ${name} needs ${need}, which nothing chosen provides` }];
}
