import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError } from '@slipway/api';
import { writeWhole } from '@slipway/oci';
import type { Dial } from '../reach/outside.ts';
import { withOutsideProxy } from '../reach/outside-proxy.ts';
import { GitError } from './command.ts';
import { isSsh, type SshAccess, sshSettings } from './ssh.ts';

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
  /** `https://…`, `http://…`, `ssh://user@host/path` or `user@host:path`. */
  url: string;
  auth?: GitAuth;
  address?: GitAddress;
  /** Sent as `Authorization: Bearer` instead of `auth`. */
  bearerToken?: string;
  /** PEM texts; `insecure` (the certificate is not checked) only when somebody asked for it. */
  tls?: { ca?: string; cert?: string; key?: string; insecure?: boolean };
  /** Needed for SSH. */
  ssh?: SshAccess;
  /** `http://proxy.example:3128`, credentials in it allowed: it is not shown. */
  proxy?: string;
  noProxy?: string;
  /**
   * Who may use what was fetched: the cache keeps what different ones may read apart. Default: everybody who may have
   * the address.
   */
  scope?: string;
  dial?: Dial;
}

/** What git is given for a remote: a URL without credentials, and settings through the environment. */
export interface RemoteSettings {
  url: string;
  env: Record<string, string>;
}

/**
 * Calls `work` with the settings to reach a remote. What git and ssh take as files only (keys, certificates, known
 * hosts) is there while `work` runs, readable by this user alone.
 * @throws SlipwayError UrlRefused, AddressRefused
 */
export async function withRemote<T>(
  remote: GitRemote,
  cacheFolder: string,
  work: (settings: RemoteSettings) => Promise<T>,
): Promise<T> {
  const { ssh, dial } = remote;
  if (ssh && isSsh(remote.url))
    return withFiles(
      cacheFolder,
      folder => sshSettings(remote.url, { ...ssh, ...(dial ? { dial } : {}) }, folder),
      work,
    );
  // Its own address says where it is, and a proxy that somebody named dials for itself.
  if (!dial || remote.address || remote.proxy) return reach(remote, cacheFolder, work);
  const { hostname, port, protocol } = parseUrl(remote.url);
  const home = `${hostname.replace(/^\[|\]$/g, '')}:${port || (protocol === 'https:' ? 443 : 80)}`;
  return withOutsideProxy({ explain: withReason, ...(dial === 'named' ? { home } : {}) }, proxy =>
    reach({ ...remote, proxy }, cacheFolder, work),
  );
}

/** git only learns a number from the proxy: its words when it dials itself. */
function withReason(
  error: unknown,
  { host, port, error: { code, message } }: { host: string; port: number; error: NodeJS.ErrnoException },
): unknown {
  if (!(error instanceof GitError)) return error;
  const isUnknown = code === 'ENOTFOUND' || code === 'EAI_AGAIN';
  const why = isUnknown
    ? `Could not resolve host: ${host}`
    : `Failed to connect to ${host} port ${port}: ${code === 'ECONNREFUSED' ? 'Connection refused' : message}`;
  return new GitError(error.code, `git: ${why}`, {
    stderr: `${error.stderr}\n${why}`,
    exitCode: error.exitCode,
  });
}

async function reach<T>(
  remote: GitRemote,
  cacheFolder: string,
  work: (settings: RemoteSettings) => Promise<T>,
): Promise<T> {
  const { url, env } = await remoteSettings(remote, cacheFolder);
  const { tls } = remote;
  if (!tls?.cert && !tls?.ca) return work({ url, env });
  return withFiles(
    cacheFolder,
    async folder => ({ url, env: { ...env, ...(await tlsFiles(tls, folder)) } }),
    work,
  );
}

async function withFiles<T>(
  cacheFolder: string,
  prepare: (folder: string) => Promise<RemoteSettings>,
  work: (settings: RemoteSettings) => Promise<T>,
): Promise<T> {
  await mkdir(cacheFolder, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(cacheFolder, 'reach-'));
  try {
    return await work(await prepare(folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** git reads these names from the environment (git(1), http.sslCert). */
async function tlsFiles(
  { ca, cert, key }: NonNullable<GitRemote['tls']>,
  folder: string,
): Promise<Record<string, string>> {
  const files: Record<string, string | undefined> = {
    GIT_SSL_CAINFO: ca,
    ...(cert && key ? { GIT_SSL_CERT: cert, GIT_SSL_KEY: key } : {}),
  };
  const env: Record<string, string> = {};
  for (const [name, pem] of Object.entries(files)) {
    if (!pem) continue;
    env[name] = join(folder, name.toLowerCase());
    await writeFile(env[name], pem, { mode: 0o600 });
  }
  return env;
}

/**
 * Settings to reach a remote over HTTP(S). Credentials are in the environment only: never in arguments, URLs or files.
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
    ['http.followRedirects', remote.auth || remote.bearerToken ? 'false' : 'initial'],
  ];
  const { address, auth } = remote;
  if (address) {
    parsed.hostname = address.serverName;
    parsed.port = String(address.port);
    config.push(['http.curloptResolve', `${address.serverName}:${address.port}:${address.host}`]);
    config.push(['http.sslCAInfo', await authorityFile(address.ca, cacheFolder)]);
  }
  if (remote.bearerToken)
    config.push([`http.${parsed.origin}/.extraHeader`, `Authorization: Bearer ${remote.bearerToken}`]);
  if (remote.tls?.insecure) config.push(['http.sslVerify', 'false']);
  if (remote.proxy) config.push(['http.proxy', remote.proxy]);
  if (auth && !remote.bearerToken) {
    const basic = Buffer.from(`${auth.username ?? 'token'}:${auth.password}`).toString('base64');
    config.push([`http.${parsed.origin}/.extraHeader`, `Authorization: Basic ${basic}`]);
  }
  const env = configEnv(config);
  return { url: parsed.href, env: remote.noProxy ? { ...env, no_proxy: remote.noProxy } : env };
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  const refuse = (why: string) =>
    new SlipwayError('UrlRefused', `Git URL ${JSON.stringify(text.replace(/\/\/[^/@]*@/, '//'))}: ${why}`);
  if (!url || !/^https?:$/.test(url.protocol))
    throw refuse(
      isSsh(text)
        ? 'SSH needs a key and known hosts; give them, or use the repository’s HTTPS address'
        : 'only https://, http://, ssh:// and user@host:path are supported',
    );
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
    await writeWhole(path, pem, { durable: false });
    return path;
  })();
  written.set(path, made);
  made.catch(() => written.delete(path));
  return made;
}
