import type { IncomingMessage, ServerResponse } from 'node:http';
import { StatusError, type UserInfo } from '@slipway/api';
import { type AccessAttributes, isAllowed, reviewToken } from '@slipway/client';
import { tokenOf } from '@slipway/gateway';
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
  const token = tokenOf(request);
  const user = token ? await reviewToken(ports.client, token, { clock: ports.clock }) : undefined;
  if (!user)
    throw new StatusError(
      'Unauthorized',
      'token not valid: send a bearer token (`slipway token create` makes one)',
    );
  return user;
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
