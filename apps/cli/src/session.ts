import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemClock } from '@slipway/api';
import { type RunningPlatform, readConfig } from '@slipway/platform';
import type { Connection } from './connection.ts';
import { CommandError } from './output.ts';

/** What a person's sign-in from the terminal left in a file of mode 0600 beside the keys. */
interface Session {
  user: string;
  accessToken: string;
  refreshToken?: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

interface TokenAnswer {
  access_token?: string;
  refresh_token?: string;
  expires_in?: number;
  error?: string;
  error_description?: string;
}

const CLIENT = 'slipway-cli';
const SCOPE = 'openid profile groups offline_access';
/** A token this close to its end is renewed first. */
const MARGIN_MS = 30_000;

/** By the platform's id: another platform at the same addresses knows nobody of this one. */
function fileOf({ id }: RunningPlatform): string {
  return join(dirname(readConfig().keysFolder), 'sessions', `${id}.json`);
}

/** Signs a person in by the device flow (RFC 8628); `tell` shows the address and the code. */
export async function signIn(connection: Connection, tell: (line: string) => void): Promise<string> {
  const { platform } = connection;
  const device = await ask<{
    device_code: string;
    user_code: string;
    verification_uri: string;
    verification_uri_complete?: string;
    interval?: number;
    expires_in: number;
    error?: string;
    error_description?: string;
  }>(connection, 'auth/device', { client_id: CLIENT, scope: SCOPE });
  if (device.error) throw new CommandError(`sign-in: ${device.error_description ?? device.error}`);
  tell(`open ${device.verification_uri_complete ?? device.verification_uri}`);
  tell(`and confirm the code ${device.user_code}`);
  const deadline = performance.now() + device.expires_in * 1000;
  while (performance.now() < deadline) {
    await new Promise(resolve => setTimeout(resolve, (device.interval ?? 5) * 1000));
    const grant = {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: device.device_code,
    };
    const answer = await ask<TokenAnswer>(connection, 'token', { ...grant, client_id: CLIENT });
    if (answer.access_token) return save(platform, answer);
    if (answer.error !== 'authorization_pending' && answer.error !== 'slow_down') {
      throw new CommandError(`sign-in: ${answer.error_description ?? answer.error ?? 'refused'}`);
    }
  }
  throw new CommandError('sign-in: the code was not confirmed in time', { next: 'slipway login' });
}

/** The person's access token, renewed when it is about to end; undefined when nobody signed in here. */
export async function personToken(
  connection: Connection,
): Promise<{ user: string; token: string; expiresAt: number } | undefined> {
  const path = fileOf(connection.platform);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const session = JSON.parse(text) as Session;
  if (session.expiresAt - MARGIN_MS > systemClock.now()) return { ...session, token: session.accessToken };
  if (!session.refreshToken)
    throw new CommandError(`the sign-in of ${session.user} has ended`, { next: 'slipway login' });
  const grant = { grant_type: 'refresh_token', refresh_token: session.refreshToken, client_id: CLIENT };
  const answer = await ask<TokenAnswer>(connection, 'token', grant);
  if (!answer.access_token)
    throw new CommandError(`the sign-in of ${session.user} has ended`, { next: 'slipway login' });
  await save(connection.platform, { refresh_token: session.refreshToken, ...answer });
  return personToken(connection);
}

/** Forgets the person's session on this machine. */
export async function signOut(platform: RunningPlatform): Promise<void> {
  await rm(fileOf(platform), { force: true });
}

async function save(platform: RunningPlatform, answer: TokenAnswer): Promise<string> {
  const accessToken = answer.access_token ?? '';
  const user = nameOf(accessToken);
  const path = fileOf(platform);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const session: Session = {
    user,
    accessToken,
    expiresAt: systemClock.now() + (answer.expires_in ?? 60) * 1000,
    ...(answer.refresh_token ? { refreshToken: answer.refresh_token } : {}),
  };
  await writeFile(path, JSON.stringify(session), { mode: 0o600 });
  return user;
}

/** The name inside a token; the server that takes the token is who verifies it. */
function nameOf(token: string): string {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString() || '{}');
  return claims.preferred_username ?? claims.sub ?? '';
}

async function ask<T>(connection: Connection, endpoint: string, form: Record<string, string>): Promise<T> {
  const url = `${connection.platform.issuer}/protocol/openid-connect/${endpoint}`;
  const answer = await connection.fetch(url, { method: 'POST', form });
  try {
    return JSON.parse(answer.body) as T;
  } catch {
    throw new CommandError(`${url}: answered ${answer.status} without JSON`);
  }
}
