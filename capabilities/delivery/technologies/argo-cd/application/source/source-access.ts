import { SlipwayError } from '@slipway/api';
import type { Ports } from '@slipway/definition';
import { type ChartRepository, type GitRemote, isSsh, type SourceAccess } from '@slipway/sources';
import { ownerOf, ownServerOf } from '../../settings/own-server.ts';
import type { RepositoryAccess } from '../../settings/repository.ts';

/** How Argo CD's Secrets and ConfigMaps say a repository is reached. */
export type CredentialsFor = (url: string, project: string) => RepositoryAccess;

export interface AccessContext {
  ports: Ports;
  /** Absent: every repository is read without credentials. */
  credentialsFor?: CredentialsFor | undefined;
  project: string;
}

/**
 * How git reaches a repository for an Application of a project.
 * @throws SlipwayError RepositoryInvalid, RepositoryUnsupported of the Secret
 */
export async function remoteOf(
  url: string,
  { ports, credentialsFor, project }: AccessContext,
): Promise<GitRemote> {
  const own = ownServerOf(url);
  if (own) return { url, address: ports.resolve(own), auth: { password: await ports.token() } };
  const access = credentialsFor?.(url, project);
  if (!access) return { url, dial: 'outside' };
  const dial = dialOf(access);
  const scope = scopeOf(access, project);
  if (isSsh(url)) return { url, ssh: sshOf(access), dial, ...scope };
  const { username, password, bearerToken, proxy, noProxy } = access;
  return {
    url,
    dial,
    ...scope,
    ...(password || username ? { auth: { ...(username ? { username } : {}), password } } : {}),
    ...(bearerToken ? { bearerToken } : {}),
    ...(proxy ? { proxy } : {}),
    ...(noProxy ? { noProxy } : {}),
    ...tlsOf(access),
  };
}

/** What a team's files name is not fetched from this machine, unless an administrator named that server. */
function dialOf({ namesServer }: RepositoryAccess): 'named' | 'outside' {
  return namesServer ? 'named' : 'outside';
}

/** What one project's Secret opened is not lent to another one through the cache. */
function scopeOf({ secret, inherited }: RepositoryAccess, project: string): { scope?: string } {
  return secret === '' && !inherited ? {} : { scope: `${secret} ${project}` };
}

function sshOf(access: RepositoryAccess): NonNullable<GitRemote['ssh']> {
  const { sshPrivateKey, knownHosts, insecure, insecureIgnoreHostKey, url, proxy } = access;
  if (proxy)
    throw new SlipwayError(
      'RepositoryUnsupported',
      `repository ${JSON.stringify(url)}: proxy is not supported for SSH; use the HTTPS address`,
    );
  return {
    ...(sshPrivateKey ? { privateKey: sshPrivateKey } : {}),
    knownHosts,
    insecureIgnoreHostKey: insecure || insecureIgnoreHostKey,
  };
}

function tlsOf({
  ca,
  tlsClientCertData,
  tlsClientCertKey,
  insecure,
}: RepositoryAccess): Pick<GitRemote, 'tls'> {
  if (!ca && !tlsClientCertData && !insecure) return {};
  return {
    tls: {
      ...(ca ? { ca } : {}),
      ...(tlsClientCertData ? { cert: tlsClientCertData, key: tlsClientCertKey } : {}),
      ...(insecure ? { insecure } : {}),
    },
  };
}

/** How a chart repository or a registry is reached for an Application of a project. */
export async function chartRepositoryOf(
  url: string,
  passCredentials: boolean,
  context: AccessContext,
): Promise<ChartRepository> {
  const { ports, credentialsFor, project } = context;
  const own = ownServerOf(url);
  if (own) {
    const address = ports.resolve(own);
    const access = { password: await ports.token(), address, dial: 'named' as const };
    return { url, access, passCredentials };
  }
  const found = credentialsFor?.(url, project);
  if (!found) return { url, access: { dial: 'outside' }, passCredentials };
  if (found.proxy)
    throw new SlipwayError(
      'RepositoryUnsupported',
      `repository ${JSON.stringify(found.url)}: proxy is not supported for charts by this engine; remove it, or keep a copy of the chart where no proxy is needed`,
    );
  return { url, access: sourceAccess(found), passCredentials, ...scopeOf(found, project) };
}

function sourceAccess(found: RepositoryAccess): SourceAccess {
  const { username, password, bearerToken, ca, tlsClientCertData, tlsClientCertKey } = found;
  return {
    dial: dialOf(found),
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    ...(bearerToken ? { bearerToken } : {}),
    ...(ca ? { ca } : {}),
    ...(tlsClientCertData ? { cert: tlsClientCertData, key: tlsClientCertKey } : {}),
    ...(found.insecure ? { insecure: true } : {}),
    ...(found.insecureOCIForceHttp ? { plainHttp: true } : {}),
  };
}

/**
 * What a source's files name themselves (submodules, remote bases, dependencies) is fetched with the engine's own
 * rights on the platform's servers: only from whom the source itself belongs to.
 * @throws SlipwayError SourceRefused
 */
export function refuseForeign(url: string, source: string): void {
  const owner = ownerOf(url);
  if (owner === undefined || owner === ownerOf(source)) return;
  throw new SlipwayError(
    'SourceRefused',
    `${url}: belongs to ${JSON.stringify(owner)}; a source names repositories of its own owner only, so keep a copy there`,
  );
}
