import { createHash } from 'node:crypto';
import { hasReason, type Stored } from '@slipway/api';
import { GrpcError, readJson } from '@slipway/gateway';
import { Secret } from '@slipway/kinds';
import { CONTROL_NAMESPACE } from '../application/tracking.ts';
import { sameGitUrl } from '../settings/git-url.ts';
import type { RepositoryAccess } from '../settings/repository.ts';
import { type Exchange, mayDo, permissionDenied, send } from './exchange.ts';
import { replaceSecret } from './replace-secret.ts';

const TYPE = 'argocd.argoproj.io/secret-type';
/** Fields of a repository that its Secret holds. */
const TEXTS = [
  'username',
  'password',
  'sshPrivateKey',
  'bearerToken',
  'tlsClientCertData',
  'tlsClientCertKey',
  'type',
  'name',
  'project',
  'proxy',
  'noProxy',
];
const FLAGS = [
  'insecure',
  'insecureIgnoreHostKey',
  'enableLfs',
  'enableOCI',
  'forceHttpBasicAuth',
  'insecureOCIForceHttp',
];

interface Known {
  secret: Stored<Secret>;
  access?: RepositoryAccess;
  problem?: string;
}

function maySecret(exchange: Exchange, verb: string, { secret }: Known): Promise<boolean> {
  const { name } = secret.metadata;
  return mayDo(exchange, { verb, group: '', resource: 'secrets', namespace: CONTROL_NAMESPACE, name });
}

/** Repositories that the caller may see: who may read their Secrets. Credentials are never shown. */
export async function listRepositories(exchange: Exchange): Promise<void> {
  const items: object[] = [];
  for (const known of exchange.state.desk.settings.repositories())
    if (await maySecret(exchange, 'get', known)) items.push(shown(exchange, known));
  send(exchange, { metadata: {}, items });
}

export async function getRepository(exchange: Exchange, [url = '']: string[]): Promise<void> {
  const known = await find(exchange, 'get', url);
  send(exchange, shown(exchange, known));
}

async function find(exchange: Exchange, verb: string, url: string): Promise<Known> {
  const project = exchange.query.get('appProject') ?? '';
  const found = exchange.state.desk.settings
    .repositories()
    .find(({ access }) => access && sameGitUrl(access.url, url) && (!project || access.project === project));
  if (!found || !(await maySecret(exchange, verb, found))) throw permissionDenied();
  return found;
}

function shown({ state }: Exchange, { access, problem, secret }: Known): object {
  const attemptedAt = new Date(state.desk.ports.clock.now()).toISOString();
  const connectionState = problem
    ? { status: 'Failed', message: problem, attemptedAt }
    : { status: 'Successful', message: '', attemptedAt };
  if (!access) return { repo: secret.metadata.name, connectionState };
  const { url, type, name, project, username, inherited } = access;
  const flags = FLAGS.filter(flag => access[flag as keyof RepositoryAccess] === true);
  return {
    repo: url,
    type,
    ...(name ? { name } : {}),
    ...(project ? { project } : {}),
    ...(username ? { username } : {}),
    ...Object.fromEntries(flags.map(flag => [flag, true])),
    ...(inherited ? { inheritedCreds: true } : {}),
    connectionState,
  };
}

/** Makes the Secret as the caller; with `upsert=true` it changes one that is there. */
export async function createRepository(exchange: Exchange): Promise<void> {
  const body = await readJson(exchange.request);
  await write(exchange, body, { upsert: exchange.query.get('upsert') === 'true' });
}

/** The Secret that the address names is replaced, under its own name. */
export async function updateRepository(exchange: Exchange, [url = '']: string[]): Promise<void> {
  const { secret } = await find(exchange, 'update', url);
  const { connectionState: _state, inheritedCreds: _inherited, ...body } = await readJson(exchange.request);
  if (!sameGitUrl(String(body.repo ?? url), url))
    throw new GrpcError('InvalidArgument', `the body is repository ${body.repo}, not ${url}`);
  await write(exchange, { repo: url, ...body }, { upsert: true, name: secret.metadata.name });
}

async function write(
  exchange: Exchange,
  body: Record<string, unknown>,
  { upsert, name }: { upsert: boolean; name?: string },
): Promise<void> {
  const { state, user } = exchange;
  const { repo, ...rest } = body;
  if (typeof repo !== 'string' || repo === '')
    throw new GrpcError('InvalidArgument', 'repo: the address of a repository is required');
  const unknown = Object.keys(rest).find(key => !TEXTS.includes(key) && !FLAGS.includes(key));
  if (unknown) throw new GrpcError('InvalidArgument', `${unknown}: not supported for a repository`);
  const fields: Record<string, unknown> = { url: repo, ...rest };
  const texts = Object.entries(fields).filter(([, value]) => value !== '' && value !== false);
  const secret: Secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      namespace: CONTROL_NAMESPACE,
      name: name ?? secretName(repo, rest.project),
      labels: { [TYPE]: 'repository' },
    },
    stringData: Object.fromEntries(texts.map(([key, value]) => [key, String(value)])),
  };
  const client = state.desk.ports.as(user);
  await client.create(Secret, secret).catch(error => {
    if (!upsert || !hasReason(error, 'AlreadyExists')) throw error;
    return replaceSecret(client, secret);
  });
  send(exchange, {
    repo,
    ...(rest.type ? { type: rest.type } : {}),
    connectionState: { status: 'Unknown', message: '' },
  });
}

function secretName(repo: string, project: unknown): string {
  const digest = createHash('sha256')
    .update(`${repo} ${project ?? ''}`)
    .digest('hex');
  return `repo-${digest.slice(0, 10)}`;
}

export async function deleteRepository(exchange: Exchange, [url = '']: string[]): Promise<void> {
  const { secret } = await find(exchange, 'delete', url);
  const { name } = secret.metadata;
  await exchange.state.desk.ports.as(exchange.user).delete(Secret, { namespace: CONTROL_NAMESPACE, name });
  send(exchange, {});
}
