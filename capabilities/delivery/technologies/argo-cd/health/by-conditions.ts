import type { AnyObject } from '@slipway/api';
import { filled } from './by-field.ts';
import type { Health, HealthRule, RuleCondition } from './types.ts';

/** What one of an object's conditions says. Every part that is given has to fit. */
export interface ConditionRow {
  type: string;
  status?: string;
  reason?: string;
  /** Any reason but this one. */
  notReason?: string;
  /** Only when the condition is about the newest generation. */
  observed?: boolean;
  health: Health['status'];
  /** `{message}` and `{reason}` stand for the condition's, `{a.b}` for a field of the object; absent: its message. */
  message?: string;
  /** What is said when the condition has no message. */
  fallback?: string;
}

export function conditionsOf(object: AnyObject): RuleCondition[] | undefined {
  return (object.status as { conditions?: RuleCondition[] } | undefined)?.conditions;
}

/** The first of the object's conditions that a row fits decides, rows in their order. */
export function byConditions(rows: ConditionRow[], otherwise: Health): HealthRule {
  return object => {
    for (const condition of conditionsOf(object) ?? []) {
      const row = rows.find(each => fits(each, condition, object));
      if (row) return { status: row.health, message: textOf(row, condition, object) };
    }
    return otherwise;
  };
}

/** The most frequent rule: a condition that is True or False. */
export function byReady(waiting: string, type = 'Ready'): HealthRule {
  const rows: ConditionRow[] = [
    { type, status: 'False', health: 'Degraded' },
    { type, status: 'True', health: 'Healthy' },
  ];
  return byConditions(rows, { status: 'Progressing', message: waiting });
}

/** The most frequent shape of a controller's status: conditions that are True say how it is. */
export function byTrue(types: Record<string, [Health['status'], string?]>, otherwise: Health): HealthRule {
  const rows = Object.entries(types).map(
    ([type, [health, message]]): ConditionRow => ({
      type,
      status: 'True',
      health,
      ...(message === undefined ? {} : health === 'Healthy' ? { message } : { fallback: message }),
    }),
  );
  return byConditions(rows, otherwise);
}

function fits(row: ConditionRow, condition: RuleCondition, { metadata }: AnyObject): boolean {
  const { type, status, reason } = condition;
  if (row.observed && condition.observedGeneration !== metadata.generation) return false;
  return (
    row.type === type &&
    (row.status === undefined || row.status === status) &&
    (row.reason === undefined || row.reason === reason) &&
    (row.notReason === undefined || row.notReason !== reason)
  );
}

function textOf(row: ConditionRow, condition: RuleCondition, object: AnyObject): string {
  const { message = condition.message ? '{message}' : (row.fallback ?? '') } = row;
  return filled(message, { ...condition, ...object });
}
