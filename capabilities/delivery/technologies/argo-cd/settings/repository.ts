import { SlipwayError } from '@slipway/api';
import type { Secret } from '@slipway/kinds';

/** What a Secret `argocd.argoproj.io/secret-type: repository` or `repo-creds` says of a repository, decoded. */
export interface RepositoryAccess {
  /** As the Secret spells it; a template's is a prefix. */
  url: string;
  type: 'git' | 'helm' | 'oci';
  /** Of a Helm repository. */
  name: string;
  /** Only for Applications of this project; empty: for all. */
  project: string;
  username: string;
  password: string;
  bearerToken: string;
  /** PEM text. */
  sshPrivateKey: string;
  /** PEM text. */
  tlsClientCertData: string;
  tlsClientCertKey: string;
  /** The certificate of the server is not checked. */
  insecure: boolean;
  /** The host key of an SSH server is not checked. */
  insecureIgnoreHostKey: boolean;
  forceHttpBasicAuth: boolean;
  enableLfs: boolean;
  /** A Helm repository that is an OCI registry. */
  enableOCI: boolean;
  /** An OCI registry without TLS. */
  insecureOCIForceHttp: boolean;
  proxy: string;
  noProxy: string;
  /** Commits of history to fetch; 0: all. */
  depth: number;
  /** PEM text of `argocd-tls-certs-cm` for the host; empty: the system's authorities. */
  ca: string;
  /** Lines of `argocd-ssh-known-hosts-cm`. */
  knownHosts: string;
  /** The credentials came from a template (`repo-creds`). */
  inherited: boolean;
  /** A Secret names this very server: it may stand where only administrators reach. */
  namesServer: boolean;
  /** Name of the Secret; empty when there is none. */
  secret: string;
}

const TEXTS = [
  'username',
  'password',
  'bearerToken',
  'sshPrivateKey',
  'tlsClientCertData',
  'tlsClientCertKey',
  'proxy',
  'noProxy',
] as const;
const TRUTHS = [
  'insecure',
  'insecureIgnoreHostKey',
  'forceHttpBasicAuth',
  'enableLfs',
  'enableOCI',
  'insecureOCIForceHttp',
] as const;

/** Ways to sign in that a cloud's own service would have to help with. */
const REFUSED = [
  'githubAppPrivateKey',
  'githubAppID',
  'githubAppInstallationID',
  'githubAppEnterpriseBaseUrl',
  'gcpServiceAccountKey',
  'useAzureWorkloadIdentity',
  'azureServicePrincipalClientId',
  'azureServicePrincipalClientID',
  'azureServicePrincipalClientSecret',
  'azureServicePrincipalTenantId',
  'azureServicePrincipalTenantID',
  'azureActiveDirectoryEndpoint',
];

/** Nothing is known of this address: it is read without credentials. */
export function publicRepository(url: string): RepositoryAccess {
  const texts = Object.fromEntries(TEXTS.map(field => [field, ''])) as Record<(typeof TEXTS)[number], string>;
  const truths = Object.fromEntries(TRUTHS.map(field => [field, false])) as Record<
    (typeof TRUTHS)[number],
    boolean
  >;
  return {
    ...texts,
    ...truths,
    url,
    type: 'git',
    name: '',
    project: '',
    depth: 0,
    ca: '',
    knownHosts: '',
    inherited: false,
    namesServer: false,
    secret: '',
  };
}

/** Every value of a Secret, decoded. */
export function secretTexts({ data = {} }: Secret): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
  );
}

/**
 * Reads such a Secret.
 * @throws SlipwayError RepositoryInvalid when a field is not what it has to be, RepositoryUnsupported when it wants to
 * sign in with a cloud's service
 */
export function readRepository(secret: Secret): RepositoryAccess {
  const texts = secretTexts(secret);
  const where = `Secret ${JSON.stringify(secret.metadata.name)}`;
  const refused = REFUSED.find(field => texts[field] && texts[field] !== 'false' && texts[field] !== '0');
  if (refused)
    throw new SlipwayError(
      'RepositoryUnsupported',
      `repository not usable: ${where}: ${refused} is not supported by this engine; give username and password, bearerToken, sshPrivateKey or tlsClientCertData instead`,
    );
  const type = (texts.type ?? '').toLowerCase() || 'git';
  if (type !== 'git' && type !== 'helm' && type !== 'oci')
    throw invalid(where, 'type', texts.type ?? '', 'git, helm or oci');
  const found = publicRepository(texts.url ?? '');
  for (const field of TEXTS) found[field] = texts[field] ?? '';
  for (const field of TRUTHS) found[field] = readTruth(where, field, texts[field] ?? '');
  const { depth = '' } = texts;
  if (!/^\d*$/.test(depth)) throw invalid(where, 'depth', depth, 'a number');
  return {
    ...found,
    type,
    name: texts.name ?? '',
    project: texts.project ?? '',
    depth: Number(depth),
    namesServer: true,
    secret: secret.metadata.name ?? '',
  };
}

/** As Go's strconv.ParseBool; empty is false. */
function readTruth(where: string, field: string, value: string): boolean {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(value)) return true;
  if (['', '0', 'f', 'F', 'FALSE', 'false', 'False'].includes(value)) return false;
  throw invalid(where, field, value, 'true or false');
}

function invalid(where: string, field: string, value: string, allowed: string): SlipwayError {
  return new SlipwayError(
    'RepositoryInvalid',
    `repository not usable: ${where}: ${field} is ${JSON.stringify(value)}; allowed: ${allowed}`,
  );
}

/** A repository with anything of its own to sign in with takes nothing from templates. */
export function hasCredentials(repository: RepositoryAccess): boolean {
  const { username, password, bearerToken, sshPrivateKey, tlsClientCertData } = repository;
  return [username, password, bearerToken, sshPrivateKey, tlsClientCertData].some(text => text !== '');
}

/** A repository with what a template has and it lacks itself. */
export function withTemplate(repository: RepositoryAccess, template: RepositoryAccess): RepositoryAccess {
  const namesServer = repository.namesServer || sameServer(repository.url, template.url);
  const filled = { ...repository, namesServer, inherited: true };
  for (const field of TEXTS) filled[field] = repository[field] || template[field];
  return {
    ...filled,
    type: repository.secret === '' ? template.type : repository.type,
    enableOCI: template.enableOCI,
    insecureOCIForceHttp: template.insecureOCIForceHttp,
    forceHttpBasicAuth: template.forceHttpBasicAuth,
  };
}

/** A template of `https://` alone, or of a name's beginning, names no server. */
function sameServer(url: string, template: string): boolean {
  const server = serverOf(template);
  return server !== undefined && server === serverOf(url);
}

/** Host and port of a repository's address, in any of git's forms. */
function serverOf(url: string): string | undefined {
  if (!url.includes('://')) return /^(?:[^@/]*@)?([^:/]+)/.exec(url)?.[1]?.toLowerCase();
  return URL.parse(url.replace(/^oci:/i, 'https:'))?.host || undefined;
}
