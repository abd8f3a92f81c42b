import { pipeline } from 'node:stream/promises';
import { messageOf, SlipwayError, StatusError, type UserInfo } from '@slipway/api';
import { sendJson } from '@slipway/gateway';
import { fetchGit } from '@slipway/sources';
import { tarFolder } from '../executor/tar-folder.ts';
import { ArgoWorkflowKind } from '../kinds.ts';
import type { ArgoWorkflow, Artifact, NodeStatus } from '../model.ts';
import type { OutputName } from '../store/workflow-files.ts';
import { ownerOf } from '../workflow/gather.ts';
import { podNameOf } from '../workflow/names.ts';
import { type Exchange, requireRight } from './exchange.ts';

const PATH =
  /^\/executor\/v1\/([^/]+)\/([^/]+)\/([^/]+)\/(inputs|outputs\/parameters|outputs\/artifacts)\/([^/]+)$/;

/**
 * What the executor in a pod asks: inputs of its own node, and to keep its outputs. Its ServiceAccount's token says
 * who it is; it gets at nothing but the node that its pod belongs to.
 */
export async function serveExecutor(exchange: Exchange): Promise<void> {
  const [, namespace = '', name = '', nodeId = '', part = '', last = ''] =
    PATH.exec(exchange.url.pathname)?.map(decodeURIComponent) ?? [];
  if (!part) throw new StatusError('NotFound', `${exchange.url.pathname} is no part of a workflow`);
  const workflow = await exchange.state.ports.client.get(ArgoWorkflowKind, { namespace, name });
  const node = workflow.status?.nodes?.[nodeId];
  if (!node)
    throw new StatusError(
      'NotFound',
      `workflow ${JSON.stringify(name)} has no node ${JSON.stringify(nodeId)} (yet)`,
    );
  requireOwnPod(
    exchange.user,
    namespace,
    podNameOf(name, node.name, node.templateName ?? node.templateRef?.template ?? ''),
  );
  const method = exchange.request.method;
  if (part === 'inputs' && method === 'GET') return sendInput(exchange, workflow, node, last);
  if (part !== 'inputs' && method === 'PUT')
    return keepOutput(exchange, workflow, nodeId, {
      kind: part === 'outputs/parameters' ? 'parameters' : 'artifacts',
      name: last,
    });
  throw new StatusError('MethodNotAllowed', `${method} is not possible here`);
}

/** Tokens of a pod name it; a token that names another pod, or another namespace's account, is refused. */
function requireOwnPod(user: UserInfo, namespace: string, pod: string): void {
  const ofNamespace = user.username.startsWith(`system:serviceaccount:${namespace}:`);
  const bound = user.extra?.['authentication.kubernetes.io/pod-name']?.[0];
  if (ofNamespace && (bound === undefined || bound === pod)) return;
  throw new StatusError('Forbidden', `${user.username} is not the pod ${JSON.stringify(pod)}`);
}

async function keepOutput(
  exchange: Exchange,
  workflow: ArgoWorkflow,
  node: string,
  output: Pick<OutputName, 'kind' | 'name'>,
): Promise<void> {
  const { request, response, state, url } = exchange;
  const archived = url.searchParams.get('archive') !== 'none';
  try {
    await state.files.writeOutput(
      ownerOf(workflow),
      node,
      { ...output, archived },
      request as AsyncIterable<Uint8Array>,
    );
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    throw new StatusError('BadRequest', `output ${JSON.stringify(output.name)}: ${messageOf(error)}`);
  }
  sendJson(response, {});
}

async function sendInput(
  exchange: Exchange,
  workflow: ArgoWorkflow,
  node: NodeStatus,
  name: string,
): Promise<void> {
  const artifact = node.inputs?.artifacts?.find(candidate => candidate.name === name);
  if (!artifact)
    throw new StatusError(
      'NotFound',
      `node ${JSON.stringify(node.displayName)} has no input artifact ${JSON.stringify(name)}`,
    );
  const content = await contentOf(exchange, workflow, node, artifact);
  exchange.response.writeHead(200, { 'content-type': 'application/octet-stream' });
  await pipeline(content, exchange.response);
}

async function contentOf(
  exchange: Exchange,
  workflow: ArgoWorkflow,
  _node: NodeStatus,
  artifact: Artifact,
): Promise<AsyncIterable<Uint8Array>> {
  if (artifact.raw) return single(Buffer.from(artifact.raw.data));
  if (artifact.git) return tarFolder(await fetchFor(exchange, artifact.git));
  const key = artifact.s3?.key ?? '';
  // Everybody who may run workflows in a namespace may read what ran there, and nothing of other namespaces.
  const ours = key.startsWith(`${workflow.metadata.namespace}/`);
  const content = ours ? await exchange.state.files.readArtifact(key) : undefined;
  if (!content)
    throw new StatusError(
      'NotFound',
      `artifact ${JSON.stringify(artifact.name)}: nothing is kept under the key ${JSON.stringify(key)}`,
    );
  return content;
}

async function* single(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const OUR_GIT = 'git.slipway.internal';

/** Folder of a revision. Our own repositories are read only with the right to; others without any credentials. */
async function fetchFor(
  exchange: Exchange,
  { repo, revision, branch }: NonNullable<Artifact['git']>,
): Promise<string> {
  const { ports, gitCache } = exchange.state;
  const url = URL.parse(repo);
  const base = { url: repo, revision: revision || branch || 'HEAD', cacheFolder: gitCache };
  try {
    if (url?.hostname !== OUR_GIT) return (await fetchGit({ ...base, dial: 'outside' })).folder;
    const [, owner = '', repository = ''] = url.pathname.split('/');
    const name = repository.replace(/\.git$/, '');
    await requireRight(exchange, {
      verb: 'get',
      group: 'source.slipway.dev',
      resource: 'repositories',
      namespace: `team-${owner}`,
      name,
    });
    const fetched = await fetchGit({
      ...base,
      address: ports.resolve(OUR_GIT),
      auth: { password: await ports.token() },
    });
    return fetched.folder;
  } catch (error) {
    if (error instanceof StatusError || !(error instanceof SlipwayError)) throw error;
    throw new StatusError('BadRequest', messageOf(error));
  }
}
