import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError } from '@slipway/api';

/** How to reach a server whose name only we resolve; `packages/definition`'s Address is one. */
export interface GitAddress {
  host: string;
  port: number;
  serverName: string;
  /** PEM text. */
  ca: string;
}

/** A token goes as Basic password (what every Git server takes), user name `token` unless given. */
export interface GitAuth {
  username?: string;
  password: string;
}

export interface GitRemote {
  url: string;
  auth?: GitAuth;
  address?: GitAddress;
}

/** What git is given for a remote: a URL without credentials, and settings through the environment. */
export interface RemoteSettings {
  url: string;
  env: Record<string, string>;
}

/**
 * Settings to reach a remote. Credentials are in the environment only: never in arguments, URLs or files.
 * @throws SlipwayError UrlRefused for anything but http(s) URLs without credentials in them
 */
export async function remoteSettings(remote: GitRemote, cacheFolder: string): Promise<RemoteSettings> {
  const parsed = parseUrl(remote.url);
  const config: [string, string][] = [
    ['protocol.version', '2'],
    ['core.hooksPath', '/dev/null'],
    ['fetch.fsckObjects', 'true'],
    ['http.lowSpeedLimit', '1'],
    ['http.lowSpeedTime', '60'],
    // A redirect would carry the credentials to whoever it names.
    ['http.followRedirects', remote.auth ? 'false' : 'initial'],
  ];
  const { address, auth } = remote;
  if (address) {
    parsed.hostname = address.serverName;
    parsed.port = String(address.port);
    config.push(['http.curloptResolve', `${address.serverName}:${address.port}:${address.host}`]);
    config.push(['http.sslCAInfo', await authorityFile(address.ca, cacheFolder)]);
  }
  if (auth) {
    const basic = Buffer.from(`${auth.username ?? 'token'}:${auth.password}`).toString('base64');
    config.push([`http.${parsed.origin}/.extraHeader`, `Authorization: Basic ${basic}`]);
  }
  return { url: parsed.href, env: configEnv(config) };
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  const refuse = (why: string) =>
    new SlipwayError('UrlRefused', `Git URL ${JSON.stringify(text.replace(/\/\/[^/@]*@/, '//'))}: ${why}`);
  if (!url || !/^https?:$/.test(url.protocol))
    throw refuse('only http:// and https:// are supported; use the repository’s HTTPS address');
  if (url.username || url.password)
    throw refuse('it holds credentials; give them apart from the URL, where they are not logged');
  return url;
}

/** `GIT_CONFIG_COUNT` and its pairs (git-config, ENVIRONMENT). */
export function configEnv(config: [string, string][]): Record<string, string> {
  const env: Record<string, string> = { GIT_CONFIG_COUNT: String(config.length) };
  for (const [index, [key, value]] of config.entries()) {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return env;
}

const written = new Map<string, Promise<string>>();

/** git takes authorities as a file only. */
function authorityFile(pem: string, folder: string): Promise<string> {
  const path = join(folder, `ca-${createHash('sha256').update(pem).digest('hex').slice(0, 16)}.pem`);
  const known = written.get(path);
  if (known) return known;
  const made = (async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const draft = `${path}.${process.pid}.new`;
    await writeFile(draft, pem, { mode: 0o600 });
    await rename(draft, path);
    return path;
  })();
  written.set(path, made);
  made.catch(() => written.delete(path));
  return made;
}
