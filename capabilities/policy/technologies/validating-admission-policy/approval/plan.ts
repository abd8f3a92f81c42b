import type { Stored, UserInfo } from '@slipway/api';
import { type Approval, CREATED_BY, type Promotion } from '@slipway/kinds';
import type { ApprovalRefusal } from '../../../contract.ts';

/** What an Approval comes to. */
export type Verdict =
  | { phase: 'Accepted'; by: string; groups: string[]; message: string }
  | { phase: 'Refused'; by?: string; reason: ApprovalRefusal; message: string };

export interface Case {
  approval: Stored<Approval>;
  /** The object that has the name now. */
  promotion: Stored<Promotion> | undefined;
  /** All Approvals of the namespace. */
  approvals: Stored<Approval>[];
}

/** Judges one decision; undefined as long as delivery has not looked at the promotion. Pure. */
export function judge(given: Case): Verdict | undefined {
  const { approval, promotion } = given;
  const { object } = approval.spec;
  const by = creatorOf(approval);
  const refuse = (reason: ApprovalRefusal, message: string): Verdict => ({
    phase: 'Refused',
    ...(by ? { by: by.username } : {}),
    reason,
    message,
  });
  if (object.kind !== 'Promotion' || !object.apiVersion.startsWith('slipway.dev/'))
    return refuse('KindUnsupported', `${object.kind}: only promotions are approved in this version`);
  if (!by) return refuse('PersonUnknown', 'the API server has not recorded who gave it; give it again');
  if (promotion?.metadata.uid !== object.uid)
    return refuse('ObjectGone', `promotion ${object.name}: the one that was looked at is gone; look again`);
  if (promotion.status?.decidedAt) return afterDecision(given, promotion, by, refuse);
  const { generation = 1 } = promotion.metadata;
  if (object.generation !== generation)
    return refuse(
      'OutdatedGeneration',
      `promotion ${object.name}: it was changed since (decided on generation ${object.generation}, it is at ${generation}); look again and decide again`,
    );
  if (promotion.status?.observedGeneration !== generation) return undefined;
  const before = given.approvals.find(other => isEarlierVote(other, approval, by));
  if (before)
    return refuse(
      'AlreadyVoted',
      `${by.username} decided already: ${before.spec.decision}, ${before.metadata.name}`,
    );
  return approval.spec.decision === 'Approve'
    ? approve(promotion, by, refuse)
    : reject(promotion, by, refuse);
}

type Refuse = (reason: ApprovalRefusal, message: string) => Verdict;

/** The decision stands: an Approval is part of it, or came too late. */
function afterDecision(
  { approval }: Case,
  { metadata, status }: Stored<Promotion>,
  by: UserInfo,
  refuse: Refuse,
): Verdict {
  const { phase, reason = 'AlreadyDecided', message = '', groups = [] } = approval.status ?? {};
  if (phase === 'Refused') return refuse(reason as ApprovalRefusal, message);
  if (status?.approvals?.given.some(each => each.approval === approval.metadata.name))
    return { phase: 'Accepted', by: by.username, groups, message };
  const others = status?.approvals?.given.map(each => `${each.decision} by ${each.by}`).join(', ');
  return refuse(
    'AlreadyDecided',
    `promotion ${metadata.name}: it was decided without this (${status?.phase} at ${status?.decidedAt}${others ? `; ${others}` : ''})`,
  );
}

function approve(promotion: Stored<Promotion>, by: UserInfo, refuse: Refuse): Verdict {
  const wanted = promotion.status?.approvals?.wanted ?? [];
  const { name } = promotion.metadata;
  if (wanted.length === 0) return refuse('NotWanted', `promotion ${name}: it needs no approval`);
  const own = wanted.filter(({ group }) => by.groups.includes(group));
  if (own.length === 0)
    return refuse(
      'NotInGroup',
      `promotion ${name}: it wants ${groupsText(wanted)}, and ${by.username} is in ${by.groups.join(', ') || 'no group'}`,
    );
  const counted = isSame(by, creatorOf(promotion)) ? own.filter(each => each.selfApproval) : own;
  if (counted.length === 0)
    return refuse(
      'SelfApproval',
      `promotion ${name}: ${by.username} promotes; somebody else of ${groupsText(own)} approves`,
    );
  const groups = counted.map(({ group }) => group);
  return { phase: 'Accepted', by: by.username, groups, message: `counts for ${groups.join(', ')}` };
}

/** Who may approve may reject, and who promotes may take it back. */
function reject(promotion: Stored<Promotion>, by: UserInfo, refuse: Refuse): Verdict {
  const wanted = promotion.status?.approvals?.wanted ?? [];
  const own = wanted.map(({ group }) => group).filter(group => by.groups.includes(group));
  const isOwn = isSame(by, creatorOf(promotion));
  if (own.length > 0 || isOwn || wanted.length === 0)
    return { phase: 'Accepted', by: by.username, groups: own, message: isOwn ? 'taken back' : 'rejects' };
  return refuse(
    'NotInGroup',
    `promotion ${promotion.metadata.name}: ${groupsText(wanted)} or ${creatorOf(promotion)?.username} reject it, and ${by.username} is in ${by.groups.join(', ') || 'no group'}`,
  );
}

function groupsText(wanted: { group: string }[]): string {
  return wanted.map(({ group }) => `group ${group}`).join(' or ');
}

/** A vote of the same person on the same generation that holds and came before. */
function isEarlierVote(other: Stored<Approval>, approval: Stored<Approval>, by: UserInfo): boolean {
  const { object } = approval.spec;
  return (
    other.metadata.uid !== approval.metadata.uid &&
    other.spec.object.uid === object.uid &&
    other.spec.object.generation === object.generation &&
    other.status?.phase !== 'Refused' &&
    isSame(by, creatorOf(other)) &&
    ageOf(other) < ageOf(approval)
  );
}

function ageOf({ metadata: { creationTimestamp, name } }: Stored<Approval>): string {
  return `${creationTimestamp} ${name}`;
}

/** A person made anew under an old name is somebody else. */
function isSame(one: UserInfo, other: UserInfo | undefined): boolean {
  return one.uid && other?.uid ? one.uid === other.uid : one.username === other?.username;
}

/** Who created an object, as the API server recorded it. */
export function creatorOf({ metadata }: Stored<Approval> | Stored<Promotion>): UserInfo | undefined {
  const text = metadata.annotations?.[CREATED_BY];
  return text === undefined ? undefined : (JSON.parse(text) as UserInfo);
}
