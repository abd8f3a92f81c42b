import { reviewToken } from '@slipway/client';
import { GrpcError, readJson, sendJson } from '@slipway/gateway';
import { type Caller, callerOf } from './exchange.ts';

/**
 * `{username, password}` for a token, as scripts and dashboards sign in. The password is a token of the platform's
 * (`slipway token create`): passwords are typed at the sign-in page only.
 */
export async function createSession({ state, request, response }: Caller): Promise<void> {
  const { username, password, token } = (await readJson(request)) as Record<string, string>;
  if (token)
    throw new GrpcError(
      'Unauthenticated',
      'token-based session creation no longer supported. please upgrade argocd cli to v0.7+',
    );
  if (!username || !password) throw new GrpcError('Unauthenticated', 'no credentials supplied');
  const { client, clock } = state.desk.ports;
  const user = await reviewToken(client, password, { clock });
  if (!user) throw new GrpcError('Unauthenticated', 'Invalid username or password');
  sendJson(response, { token: password });
}

/** Nothing is kept here: the token is revoked where it was made. */
export async function deleteSession({ response }: Caller): Promise<void> {
  response.setHeader('set-cookie', 'argocd.token=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict');
  sendJson(response, { token: '' });
}

export async function getUserInfo({ state, request, response }: Caller): Promise<void> {
  const user = await callerOf(state, request);
  if (!user) return sendJson(response, { loggedIn: false });
  sendJson(response, { loggedIn: true, username: user.username, iss: 'argocd', groups: user.groups });
}
