import { type Clock, systemClock, type UserInfo } from '@slipway/api';
import { SelfSubjectReview, SubjectAccessReview, TokenReview } from '@slipway/kinds';
import type { Client } from './client.ts';

/** What someone wants to do, in RBAC's words. */
export interface AccessAttributes {
  verb: string;
  group: string;
  resource: string;
  subresource?: string;
  namespace?: string;
  name?: string;
}

/** Answers are believed this long; a removed person or right is out everywhere after it. */
const TRUSTED_MS = 2_000;
const MOST_ANSWERS = 2_000;

interface Answers {
  users: Map<string, Answer<UserInfo>>;
  rights: Map<string, Answer<true>>;
}
interface Answer<T> {
  value: T;
  until: number;
}

const answersOf = new WeakMap<Client, Answers>();

/**
 * Who a token belongs to; undefined when it is not valid. Only the token's hash is kept, for seconds.
 * The client needs the right to create `tokenreviews.authentication.k8s.io`.
 */
export async function reviewToken(
  client: Client,
  token: string,
  { clock = systemClock, audiences }: { clock?: Clock; audiences?: string[] } = {},
): Promise<UserInfo | undefined> {
  const { users } = answersFor(client);
  const key = await hashOf(`${(audiences ?? []).join(',')} ${token}`);
  const known = recall(users, key, clock);
  if (known) return known;
  const review = await client.create(TokenReview, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenReview',
    metadata: {},
    spec: { token, ...(audiences ? { audiences } : {}) },
  });
  const { authenticated, user } = review.status ?? {};
  if (!authenticated || !user?.username) return undefined;
  const found: UserInfo = { ...user, username: user.username, groups: user.groups ?? [] };
  remember(users, key, found, clock);
  return found;
}

/** Whom the server takes the client for. */
export async function askWho(client: Client): Promise<{ username: string; groups: string[] }> {
  const review = await client.create(SelfSubjectReview, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'SelfSubjectReview',
    metadata: {},
  });
  const { username = '', groups = [] } = review.status?.userInfo ?? {};
  return { username, groups };
}

/**
 * Whether a user may do something. A yes is kept for seconds; a no is asked again each time, so that a new right
 * works at once. The client needs the right to create `subjectaccessreviews.authorization.k8s.io`.
 */
export async function isAllowed(
  client: Client,
  user: UserInfo,
  attributes: AccessAttributes,
  { clock = systemClock }: { clock?: Clock } = {},
): Promise<boolean> {
  const { rights } = answersFor(client);
  const { verb, group, resource, subresource, namespace, name } = attributes;
  const key = JSON.stringify([user, verb, group, resource, subresource, namespace, name]);
  if (recall(rights, key, clock)) return true;
  const review = await client.create(SubjectAccessReview, {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    metadata: {},
    spec: {
      user: user.username,
      groups: user.groups,
      ...(user.uid ? { uid: user.uid } : {}),
      ...(user.extra ? { extra: user.extra } : {}),
      resourceAttributes: attributes,
    },
  });
  const allowed = review.status?.allowed === true;
  if (allowed) remember(rights, key, true, clock);
  return allowed;
}

function answersFor(client: Client): Answers {
  const known = answersOf.get(client);
  if (known) return known;
  const made: Answers = { users: new Map(), rights: new Map() };
  answersOf.set(client, made);
  return made;
}

function recall<T>(answers: Map<string, Answer<T>>, key: string, clock: Clock): T | undefined {
  const answer = answers.get(key);
  if (!answer) return undefined;
  if (answer.until > clock.now()) return answer.value;
  answers.delete(key);
  return undefined;
}

/** Bounded by dropping the oldest: a Map keeps the order of insertion. */
function remember<T>(answers: Map<string, Answer<T>>, key: string, value: T, clock: Clock): void {
  const oldest = answers.size >= MOST_ANSWERS ? answers.keys().next().value : undefined;
  if (oldest !== undefined) answers.delete(oldest);
  answers.set(key, { value, until: clock.now() + TRUSTED_MS });
}

async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), byte => byte.toString(16).padStart(2, '0')).join('');
}
