import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf, StatusError, type UserInfo } from '@slipway/api';
import { type AccessAttributes, isAllowed, reviewToken } from '@slipway/client';
import type { EngineState } from '../engine-state.ts';

/** One request to this engine's REST, after its caller is known. */
export interface Exchange {
  state: EngineState;
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  user: UserInfo;
}

/**
 * Who asks: a bearer token, or Basic with the token as password.
 * @throws StatusError Unauthorized
 */
export async function authenticate({ ports }: EngineState, request: IncomingMessage): Promise<UserInfo> {
  const token = tokenOf(request.headers.authorization);
  const user = token ? await reviewToken(ports.client, token, { clock: ports.clock }) : undefined;
  if (!user)
    throw new StatusError(
      'Unauthorized',
      'token not valid: send a bearer token (`slipway token create` makes one)',
    );
  return user;
}

function tokenOf(header: string | undefined): string | undefined {
  const [scheme = '', value = ''] = (header ?? '').split(' ');
  if (/^bearer$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return undefined;
  const text = Buffer.from(value, 'base64').toString();
  return text.slice(text.indexOf(':') + 1);
}

/** @throws StatusError Forbidden when the caller may not do this */
export async function requireRight(
  { state, user }: Pick<Exchange, 'state' | 'user'>,
  attributes: AccessAttributes,
): Promise<void> {
  const { client, clock } = state.ports;
  if (await isAllowed(client, user, attributes, { clock })) return;
  const { verb, resource, group, namespace } = attributes;
  throw new StatusError(
    'Forbidden',
    `${user.username} may not ${verb} ${resource}.${group} in namespace ${JSON.stringify(namespace)}`,
  );
}

export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  const body = JSON.stringify(value);
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(body);
}

/** gRPC codes as Argo server's gateway answers them, by HTTP status. */
const GRPC: Record<number, number> = {
  400: 3,
  401: 16,
  403: 7,
  404: 5,
  409: 6,
  422: 3,
  429: 8,
  501: 12,
  503: 14,
};

/** Answers an error the way grpc-gateway does: `{code, message}`. Unexpected ones say nothing of their inside. */
export function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const known = error instanceof StatusError;
  const status = error instanceof NotServed ? 501 : known ? error.status : 500;
  const message = known || error instanceof NotServed ? messageOf(error) : 'internal error';
  sendJson(response, { code: GRPC[status] ?? 13, message }, status);
}

/** A call of upstream's that this engine does not serve. */
export class NotServed extends Error {}

const MOST_BODY_BYTES = 4 * 1024 * 1024;

/** The JSON body of a request. @throws StatusError RequestEntityTooLarge, BadRequest */
export async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > MOST_BODY_BYTES)
      throw new StatusError('RequestEntityTooLarge', `the body is larger than ${MOST_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  if (size === 0) return {};
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString());
    if (value && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // answered below
  }
  throw new StatusError('BadRequest', 'the body is no JSON object');
}
