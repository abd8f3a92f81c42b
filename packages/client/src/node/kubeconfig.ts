import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { SlipwayError, systemClock } from '@slipway/api';
import { parse } from 'yaml';
import type { NodeTransportOptions } from './node-transport.ts';

export interface KubeconfigOptions {
  /** Context to use; default: the file's current one. */
  context?: string;
}

interface Cluster {
  server?: string;
  'certificate-authority'?: string;
  'certificate-authority-data'?: string;
  'tls-server-name'?: string;
  'insecure-skip-tls-verify'?: boolean;
}
interface User {
  token?: string;
  tokenFile?: string;
  'client-certificate'?: string;
  'client-certificate-data'?: string;
  'client-key'?: string;
  'client-key-data'?: string;
  exec?: { command: string; args?: string[]; env?: { name: string; value: string }[] };
}
interface Kubeconfig {
  'current-context'?: string;
  clusters?: { name: string; cluster: Cluster }[];
  users?: { name: string; user: User }[];
  contexts?: { name: string; context: { cluster: string; user: string } }[];
}

/**
 * What a kubeconfig file says about one context, as options of `nodeTransport`.
 * @example
 * const client = createClient(nodeTransport(await loadKubeconfig(path)));
 * @throws SlipwayError KubeconfigInvalid when the context, cluster or user is not there or cannot be used
 */
export async function loadKubeconfig(
  path: string,
  options: KubeconfigOptions = {},
): Promise<NodeTransportOptions> {
  const config = (parse(await readFile(path, 'utf8')) ?? {}) as Kubeconfig;
  const name = options.context ?? config['current-context'] ?? '';
  const context = config.contexts?.find(entry => entry.name === name)?.context;
  if (!context) throw invalid(path, `context "${name}" is not in it; name one of its contexts`);
  const cluster = config.clusters?.find(entry => entry.name === context.cluster)?.cluster;
  if (!cluster?.server) throw invalid(path, `cluster "${context.cluster}" has no server`);
  if (cluster['insecure-skip-tls-verify']) {
    throw invalid(path, 'insecure-skip-tls-verify is refused; give certificate-authority-data instead');
  }
  const user = config.users?.find(entry => entry.name === context.user)?.user ?? {};
  const ca = await pem(path, cluster['certificate-authority-data'], cluster['certificate-authority']);
  return {
    url: cluster.server.replace(/\/$/, ''),
    ...(ca ? { ca } : {}),
    ...(cluster['tls-server-name'] ? { serverName: cluster['tls-server-name'] } : {}),
    ...(await credentialsOf(path, user)),
  };
}

async function credentialsOf(path: string, user: User): Promise<Partial<NodeTransportOptions>> {
  if (user.exec) return { token: execToken(user.exec) };
  const cert = await pem(path, user['client-certificate-data'], user['client-certificate']);
  const key = await pem(path, user['client-key-data'], user['client-key']);
  const { tokenFile } = user;
  const fromFile = tokenFile
    ? { token: async () => (await readFile(resolve(dirname(path), tokenFile), 'utf8')).trim() }
    : {};
  return {
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
    ...fromFile,
    ...(user.token ? { token: user.token } : {}),
  };
}

/** Asks a credential plugin (client.authentication.k8s.io ExecCredential), and again a minute before it expires. */
function execToken(exec: NonNullable<User['exec']>): () => Promise<string> {
  let known: { token: string; until: number } | undefined;
  return async () => {
    if (known && known.until > systemClock.now()) return known.token;
    const variables = (exec.env ?? []).map(({ name, value }) => `${name}=${value}`);
    const { stdout } = await promisify(execFile)('env', [...variables, exec.command, ...(exec.args ?? [])]);
    const { status } = JSON.parse(stdout) as { status?: { token?: string; expirationTimestamp?: string } };
    if (!status?.token)
      throw invalid(exec.command, 'the credential plugin gave no token (certificates are not supported)');
    const expiry = status.expirationTimestamp ? Date.parse(status.expirationTimestamp) - 60_000 : Infinity;
    known = { token: status.token, until: expiry };
    return status.token;
  };
}

async function pem(
  path: string,
  data: string | undefined,
  file: string | undefined,
): Promise<string | undefined> {
  if (data) return Buffer.from(data, 'base64').toString('utf8');
  return file ? await readFile(resolve(dirname(path), file), 'utf8') : undefined;
}

function invalid(path: string, what: string): SlipwayError {
  return new SlipwayError('KubeconfigInvalid', `kubeconfig cannot be used: ${path}: ${what}`);
}
