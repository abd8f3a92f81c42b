import { type KubeObject, StatusError, timestamp, type UserInfo } from '@slipway/api';
import type { Pod, TokenRequest, TokenReview } from '@slipway/kinds';
import type { VirtualCall, VirtualResource } from '../http/seams.ts';
import type { StoreReader } from '../store/store.ts';
import type { Authentication } from './authentication.ts';
import { readObject } from './read-object.ts';
import type { BoundObject, ServiceAccountTokens, TokenSubject } from './service-account-tokens.ts';

const GROUP = 'authentication.k8s.io';
const DEFAULT_SECONDS = 3_600;
const LEAST_SECONDS = 600;
const MOST_SECONDS = 2 ** 32;

/** TokenReview, SelfSubjectReview and `serviceaccounts/token`. */
export function authenticationReviews(options: {
  store: StoreReader;
  tokens: ServiceAccountTokens;
  authentication: Authentication;
}): VirtualResource[] {
  const { store, tokens, authentication } = options;
  return [
    { group: GROUP, resource: 'tokenreviews', create: call => reviewToken(authentication, call) },
    { group: GROUP, resource: 'selfsubjectreviews', create: call => reviewSelf(call) },
    { group: '', resource: 'serviceaccounts/token', create: call => requestToken(store, tokens, call) },
  ];
}

async function reviewToken(authentication: Authentication, { object }: VirtualCall): Promise<TokenReview> {
  const review = object as TokenReview;
  if (!review.spec?.token)
    throw new StatusError('BadRequest', 'token is required for TokenReview in authentication');
  const found = await authentication.review(review.spec.token, review.spec.audiences);
  if (!found) return { ...review, status: { error: 'invalid bearer token' } };
  const { user, audiences } = found;
  return { ...review, status: { authenticated: true, user, ...(audiences ? { audiences } : {}) } };
}

function reviewSelf({ object, user }: VirtualCall): KubeObject & { status: { userInfo: UserInfo } } {
  return { ...object, status: { userInfo: user } };
}

function requestToken(store: StoreReader, tokens: ServiceAccountTokens, call: VirtualCall): TokenRequest {
  const { namespace = '', name = '' } = call;
  const request = call.object as TokenRequest;
  const account = readObject<KubeObject>(store, '/serviceaccounts', namespace, name);
  if (!account) {
    throw new StatusError('NotFound', `serviceaccounts "${name}" not found`, {
      name,
      kind: 'serviceaccounts',
    });
  }
  const seconds = secondsOf(request, name);
  const audiences = request.spec?.audiences?.length ? request.spec.audiences : tokens.audiences;
  const bound = boundTo(store, namespace, request.spec?.boundObjectRef);
  const uid = account.metadata.uid ?? '';
  const subject: TokenSubject = { namespace, name, uid, ...bound };
  const { token, expires } = tokens.issue(subject, { audiences, seconds });
  return {
    ...request,
    metadata: {
      ...request.metadata,
      name,
      namespace,
      creationTimestamp: timestamp((expires - seconds) * 1000),
    },
    spec: { ...request.spec, audiences, expirationSeconds: seconds },
    status: { token, expirationTimestamp: timestamp(expires * 1000) },
  };
}

function secondsOf(request: TokenRequest, name: string): number {
  const seconds = request.spec?.expirationSeconds ?? DEFAULT_SECONDS;
  if (seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS) return seconds;
  const less = seconds < LEAST_SECONDS;
  const message = less
    ? 'may not specify a duration less than 10 minutes'
    : 'may not specify a duration larger than 2^32 seconds';
  const field = 'spec.expirationSeconds';
  throw new StatusError(
    'Invalid',
    `TokenRequest.authentication.k8s.io "${name}" is invalid: ${field}: Invalid value: ${seconds}: ${message}`,
    {
      name,
      group: GROUP,
      kind: 'TokenRequest',
      causes: [{ reason: 'FieldValueInvalid', message: `Invalid value: ${seconds}: ${message}`, field }],
    },
  );
}

const BINDABLE: Record<string, { resource: string; plural: string; namespaced: boolean }> = {
  Pod: { resource: '/pods', plural: 'pods', namespaced: true },
  Secret: { resource: '/secrets', plural: 'secrets', namespaced: true },
  Node: { resource: '/nodes', plural: 'nodes', namespaced: false },
};

function boundTo(
  store: StoreReader,
  namespace: string,
  reference: Record<string, string> | undefined,
): Pick<TokenSubject, 'bound' | 'node'> {
  if (!reference) return {};
  const { kind = '', name = '', uid: wanted } = reference;
  const target = BINDABLE[kind];
  if (!target)
    throw new StatusError(
      'BadRequest',
      `cannot bind token to object of type ${reference.apiVersion ?? ''}, Kind=${kind}`,
    );
  const object = readObject<KubeObject>(
    store,
    target.resource,
    target.namespaced ? namespace : undefined,
    name,
  );
  if (!object)
    throw new StatusError('NotFound', `${target.plural} "${name}" not found`, { name, kind: target.plural });
  const uid = object.metadata.uid ?? '';
  if (wanted && wanted !== uid) {
    const text = `the UID in the bound object reference (${wanted}) does not match the UID in record. The object might have been deleted and then recreated`;
    throw new StatusError(
      'Conflict',
      `Operation cannot be fulfilled on ${target.plural} "${name}": ${text}`,
      { name, kind: target.plural },
    );
  }
  const bound: BoundObject = { kind: kind as BoundObject['kind'], name, uid };
  return { bound, ...nodeOf(store, object) };
}

/** A pod's token also names the node it runs on. */
function nodeOf(store: StoreReader, object: KubeObject): Pick<TokenSubject, 'node'> {
  const name = (object as Pod).spec?.nodeName;
  const uid = name && readObject<KubeObject>(store, '/nodes', undefined, name)?.metadata.uid;
  return name && uid ? { node: { name, uid } } : {};
}
