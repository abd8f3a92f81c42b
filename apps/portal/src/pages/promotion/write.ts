import type { Stored } from '@slipway/api';
import { Approval, approvalOn, Promotion, promotionAt } from '@slipway/kinds';
import { client } from '../../api/client.ts';

export function startPromotion(namespace: string, spec: Promotion['spec']): Promise<Stored<Promotion>> {
  return client.create(Promotion, promotionAt(Date.now(), namespace, spec));
}

/** Gives a decision on the promotion exactly as it is shown. */
export function giveDecision(
  promotion: Stored<Promotion>,
  decision: 'Approve' | 'Reject',
  reason: string,
): Promise<Stored<Approval>> {
  return client.create(Approval, approvalOn(promotion, { decision, reason: reason.trim() }));
}
