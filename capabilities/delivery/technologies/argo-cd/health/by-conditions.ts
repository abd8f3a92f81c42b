import type { AnyObject } from '@slipway/api';
import type { Health, HealthRule, RuleCondition } from './types.ts';

/** What one of an object's conditions says. Every part that is given has to fit. */
export interface ConditionRow {
  type: string;
  status?: string;
  reason?: string;
  /** Any reason but this one. */
  notReason?: string;
  health: Health['status'];
  /** `{message}` and `{reason}` stand for the condition's; absent: its message. */
  message?: string;
}

export function conditionsOf(object: AnyObject): RuleCondition[] | undefined {
  return (object.status as { conditions?: RuleCondition[] } | undefined)?.conditions;
}

/** The first of the object's conditions that a row fits decides, rows in their order. */
export function byConditions(rows: ConditionRow[], otherwise: Health): HealthRule {
  return object => {
    for (const condition of conditionsOf(object) ?? []) {
      const row = rows.find(each => fits(each, condition));
      if (row) return { status: row.health, message: textOf(row, condition) };
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

function fits(row: ConditionRow, { type, status, reason }: RuleCondition): boolean {
  return (
    row.type === type &&
    (row.status === undefined || row.status === status) &&
    (row.reason === undefined || row.reason === reason) &&
    (row.notReason === undefined || row.notReason !== reason)
  );
}

function textOf({ message = '{message}' }: ConditionRow, condition: RuleCondition): string {
  return message.replace(
    /\{(message|reason)\}/g,
    (_all, field: 'message' | 'reason') => condition[field] ?? '',
  );
}
