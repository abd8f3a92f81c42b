import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf, ownTurn, SlipwayError, StatusError, type UserInfo } from '@slipway/api';
import { type AccessAttributes, isAllowed, reviewToken } from '@slipway/client';
import { sendJson, tokenOf } from '@slipway/gateway';
import type { CatalogState } from '../state.ts';

/** One request to Backstage's REST, after its caller is known. */
export interface Exchange {
  state: CatalogState;
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  user: UserInfo;
}

/** Who was last asked for on a connection, with the header that said so. */
interface Asked {
  authorization: string;
  user: UserInfo;
  until: number;
}
const askedOn = new WeakMap<object, Asked>();
/** A connection's next requests are believed this long to come from the same person, who was just reviewed. */
const BELIEVED_MS = 250;

/** Who asks: a bearer token, which the portal's session filter puts there for a signed-in person. */
export async function authenticate({ ports }: CatalogState, request: IncomingMessage): Promise<UserInfo> {
  const { authorization = '' } = request.headers;
  const asked = askedOn.get(request.socket);
  if (asked && asked.authorization === authorization && asked.until > ports.clock.now()) return asked.user;
  const token = tokenOf(request);
  const user = token ? await reviewToken(ports.client, token, { clock: ports.clock }) : undefined;
  if (!user)
    throw new StatusError(
      'Unauthorized',
      'sign in, or send a bearer token (`slipway token create` makes one)',
    );
  askedOn.set(request.socket, { authorization, user, until: ports.clock.now() + BELIEVED_MS });
  return user;
}

export async function mayDo(
  { state, user }: Pick<Exchange, 'state' | 'user'>,
  attributes: AccessAttributes,
): Promise<boolean> {
  const { client, clock } = state.ports;
  return isAllowed(client, user, attributes, { clock });
}

/** So many values are written before time is asked for. */
const AT_ONCE = 100;

/** A list in pieces, so that a long one holds up nobody; `before` and `after` stand around it. */
export async function sendList(
  response: ServerResponse,
  values: Iterable<unknown>,
  { before = '[', after = ']' }: { before?: string; after?: string } = {},
): Promise<void> {
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  let piece: string[] = [];
  let text = before;
  let separator = '';
  const write = async () => {
    text += piece.length > 0 ? `${separator}${piece.join(',')}` : '';
    if (piece.length > 0) separator = ',';
    piece = [];
    const isTaken = response.write(text);
    text = '';
    if (!isTaken && !response.destroyed)
      await new Promise(resolve => {
        response.once('drain', resolve);
        response.once('close', resolve);
      });
    if (isTaken) await ownTurn();
  };
  for (const value of values) {
    if (response.destroyed) return;
    piece.push(JSON.stringify(value));
    if (piece.length === AT_ONCE) await write();
  }
  if (piece.length > 0) text += `${separator}${piece.join(',')}`;
  response.end(text + after);
}

/** A call of Backstage's that is not served here. */
export class NotServed extends Error {}

const NAMES: Record<number, string> = {
  400: 'InputError',
  401: 'AuthenticationError',
  403: 'NotAllowedError',
  404: 'NotFoundError',
  409: 'ConflictError',
  501: 'NotImplementedError',
};

/** Errors the way Backstage answers them. Unexpected ones say nothing of their inside. */
export function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const status = statusOf(error);
  const message = status === 500 ? 'internal error' : messageOf(error);
  sendJson(
    response,
    { error: { name: NAMES[status] ?? 'Error', message }, response: { statusCode: status } },
    status,
  );
}

export function statusOf(error: unknown): number {
  if (error instanceof NotServed) return 501;
  if (error instanceof StatusError) return error.status;
  return error instanceof SlipwayError ? 400 : 500;
}
