import type { IncomingMessage, ServerResponse } from 'node:http';
import type { UserInfo } from '@slipway/api';
import { type AccessAttributes, isAllowed, reviewToken } from '@slipway/client';
import { GrpcError, sendJson, tokenOf } from '@slipway/gateway';
import type { Desk } from '../application/desk.ts';
import { selected } from './fields.ts';

/** What all calls share. */
export interface RestState {
  desk: Desk;
  /** `https://argocd.slipway.localhost:8443` */
  publicUrl: string;
}

/** One call of Argo CD's API. */
export interface Caller {
  state: RestState;
  request: IncomingMessage;
  response: ServerResponse;
  query: URLSearchParams;
}

/** The same, after its caller is known. */
export interface Exchange extends Caller {
  user: UserInfo;
}

/** As Argo CD says it of what one may not see, and of what is not there: nobody learns which. */
export const permissionDenied = (): GrpcError => new GrpcError('PermissionDenied', 'permission denied');

/** A bearer token, or the cookie that Argo CD's own pages use. */
export function credentialOf(request: IncomingMessage): string | undefined {
  const [, cookie] = /(?:^|;\s*)argocd\.token=([^;]+)/.exec(request.headers.cookie ?? '') ?? [];
  return tokenOf(request) ?? cookie;
}

/** Who asks; undefined without a token, or with one that is not valid. */
export async function callerOf({ desk }: RestState, request: IncomingMessage): Promise<UserInfo | undefined> {
  const token = credentialOf(request);
  const { client, clock } = desk.ports;
  return token ? reviewToken(client, token, { clock }) : undefined;
}

/** Whether the caller may do this; access is the platform's own model, so it is one RBAC question. */
export function mayDo(
  { state, user }: Pick<Exchange, 'state' | 'user'>,
  attributes: AccessAttributes,
): Promise<boolean> {
  const { client, clock } = state.desk.ports;
  return isAllowed(client, user, attributes, { clock });
}

/** @throws GrpcError PermissionDenied, as upstream words it */
export async function requireRight(exchange: Exchange, attributes: AccessAttributes): Promise<void> {
  if (await mayDo(exchange, attributes)) return;
  const { resource, verb, namespace, name } = attributes;
  const place = [namespace, name].filter(Boolean).join('/');
  throw new GrpcError(
    'PermissionDenied',
    `permission denied: ${resource}, ${verb}${place ? `, ${place}` : ''}, sub: ${exchange.user.username}`,
  );
}

/** Answers with what the caller asked to see of it (`fields`). */
export function send({ response, query }: Exchange, value: unknown): void {
  sendJson(response, selected(value, query.get('fields')));
}

/** A flag of the query: `true`, `false` or not said. */
export function flag(query: URLSearchParams, name: string): boolean | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (text === 'true' || text === 'false') return text === 'true';
  throw new GrpcError('InvalidArgument', `${name}: ${JSON.stringify(text)} is neither true nor false`);
}
