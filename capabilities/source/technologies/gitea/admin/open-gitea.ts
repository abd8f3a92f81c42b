import { type Key, keyText, SlipwayError } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { WiringSettings } from '@slipway/definition';
import { Secret } from '@slipway/kinds';
import { NAME } from '../manifests.ts';
import { type GiteaAddress, type GiteaApi, type GiteaCredentials, giteaApi } from './gitea-api.ts';

/** Gitea's first administrator, in its own namespace: `username`, `password`. */
export const ADMIN_SECRET = 'gitea-admin';
const PORT = 3000;

/** A Gitea as its administrator, or as the account whose token was given. */
export interface OpenGitea {
  address: GiteaAddress;
  api: GiteaApi;
  credentials: GiteaCredentials;
}

/** Where programs on the cluster reach it. */
export function insideUrl(namespace: string): string {
  return `http://${NAME}.${namespace}.svc.cluster.local:${PORT}`;
}

/** Where its clone URLs begin, for programs on the cluster. */
export function cloneBase({ existing, namespace }: WiringSettings): string {
  return existing?.address.replace(/\/+$/, '') ?? insideUrl(namespace);
}

/** The Secret by which it is asked. */
export function adminSecret({ existing, namespace }: WiringSettings): Key {
  return existing?.credentials ?? { namespace, name: ADMIN_SECRET };
}

/** @throws SlipwayError AdminSecretMissing */
export async function openGitea(
  settings: WiringSettings,
  { client, signal }: { client: Client; signal: AbortSignal },
): Promise<OpenGitea> {
  const { http, ca } = settings;
  const address = { http, base: baseOf(settings), signal, ...(ca ? { ca } : {}) };
  const credentials = await credentialsIn(client, settings);
  return { address, credentials, api: giteaApi(address, credentials) };
}

function baseOf(settings: WiringSettings): string {
  const { address, existing, isInside, url } = settings;
  if (address !== undefined) return address;
  return existing || isInside ? cloneBase(settings) : url('git');
}

async function credentialsIn(client: Client, settings: WiringSettings): Promise<GiteaCredentials> {
  const key = adminSecret(settings);
  const data = (await client.find(Secret, key))?.data ?? {};
  const text = (name: string) => Buffer.from(data[name] ?? '', 'base64').toString('utf8');
  if (settings.existing) {
    const token = text('token').trim();
    if (token) return { token };
    throw missing(key, 'token');
  }
  const [username, password] = [text('username'), text('password')];
  if (username && password) return { username, password };
  throw missing(key, 'username and password; it is made with Gitea');
}

function missing(key: Key, what: string): SlipwayError {
  return new SlipwayError('AdminSecretMissing', `secret ${keyText(key)}: it is not there or has no ${what}`);
}
