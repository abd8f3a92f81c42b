import type { IncomingMessage, ServerResponse } from 'node:http';
import { SlipwayError } from '@slipway/api';
import type { Handler } from '@slipway/gateway';
import { authenticate, mayRepository, nameText } from '../access.ts';
import { recordDenied } from '../audit.ts';
import { nameFromPath, type RepositoryName } from '../git/name.ts';
import type { GitServer } from '../server.ts';
import { advertise, type Capabilities, isVersion2, type Service } from './advertisement.ts';
import { converse } from './conversation.ts';
import { answerLsRefs, MOST_LS_REFS } from './ls-refs.ts';

interface GitRequest {
  service: Service;
  name: RepositoryName;
  advertisement: boolean;
}

/** True for paths of Git's HTTP protocol (gitprotocol-http), well formed or not. */
export function isGitPath(path: string): boolean {
  return /^\/[^/]+\/[^/]+\/(info\/refs|git-upload-pack|git-receive-pack|HEAD|objects\/.*)$/.test(path);
}

/** Smart HTTP: authenticate, authorize, find, serve. Refusals are plain text, which git prints behind `remote:`. */
export function gitHandler(server: GitServer, capabilities: Capabilities): Handler {
  return async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://git');
    const wanted = parse(request, url);
    if ('refused' in wanted) return refuse(request, response, wanted.status, wanted.refused);
    const user = await authenticate(server, request);
    if (!user || user === 'invalid') return askForToken(request, response, user === 'invalid');
    const { service, name } = wanted;
    const verb = service === 'git-receive-pack' ? 'update' : 'get';
    if (!(await mayRepository(server, user, verb, name))) {
      await recordDenied(server, { name, user, request }, verb === 'update' ? 'push' : 'fetch');
      const what = verb === 'update' ? 'push to' : 'read';
      const text = `"${user.username}" may not ${what} repository "${nameText(name)}"; ask its team "${name.owner}" for the right (${verb} repositories.source.slipway.dev)`;
      return refuse(request, response, 403, text);
    }
    if (!(await server.storage.exists(name))) {
      const text = `there is no repository "${nameText(name)}"; create it first (POST /api/v1/orgs/${name.owner}/repos, or a Repository object)`;
      return refuse(request, response, 404, text);
    }
    const repository = server.storage.pathOf(name);
    const protocol = protocolOf(request);
    if (!wanted.advertisement) {
      const body = service === 'git-upload-pack' ? await shortBody(request) : undefined;
      const refs = body && isVersion2(protocol) ? await answerLsRefs(repository, body) : undefined;
      if (refs) return send(response, `application/x-${service}-result`, refs);
      const conversation = { service, name, repository, user, protocol, ...(body ? { body } : {}) };
      return converse(server, conversation, request, response).catch(error => {
        if (!(error instanceof SlipwayError) || response.headersSent) throw error;
        refuse(request, response, error.code === 'InvalidPush' ? 400 : 503, error.message);
      });
    }
    const body = await advertise(server, capabilities, { service, repository, protocol });
    send(response, `application/x-${service}-advertisement`, body);
  };
}

function send(response: ServerResponse, type: string, body: Buffer): void {
  response.writeHead(200, {
    'content-type': type,
    'content-length': body.length,
    'cache-control': 'no-cache, max-age=0, must-revalidate',
  });
  response.end(body);
}

/** The body of a request that says it is short, and is not compressed. */
async function shortBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const { 'content-length': length = '', 'content-encoding': encoding } = request.headers;
  if (!/^\d+$/.test(length) || Number(length) > MOST_LS_REFS || encoding !== undefined) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function parse(request: IncomingMessage, url: URL): GitRequest | { status: number; refused: string } {
  const [, ownerText = '', nameText = '', rest = ''] = /^\/([^/]+)\/([^/]+)\/(.*)$/.exec(url.pathname) ?? [];
  const name = nameFromPath(ownerText, nameText);
  if (!name) return { status: 404, refused: `"${ownerText}/${nameText}" can be no repository` };
  if (rest === 'info/refs') {
    const service = serviceOf(url.searchParams.get('service'));
    if (request.method !== 'GET') return { status: 405, refused: 'info/refs is read with GET' };
    return service
      ? { service, name, advertisement: true }
      : { status: 403, refused: 'only the smart protocol is served; use git 1.6.6 or newer' };
  }
  const service = serviceOf(rest);
  if (!service) return { status: 403, refused: 'only the smart protocol is served' };
  if (request.method !== 'POST') return { status: 405, refused: `${rest} is written with POST` };
  if (request.headers['content-type'] !== `application/x-${service}-request`)
    return { status: 415, refused: `content type must be application/x-${service}-request` };
  return { service, name, advertisement: false };
}

function serviceOf(text: string | null): Service | undefined {
  return text === 'git-upload-pack' || text === 'git-receive-pack' ? text : undefined;
}

function protocolOf(request: IncomingMessage): string {
  const header = request.headers['git-protocol'];
  return typeof header === 'string' && /^[a-z0-9=:.]{1,200}$/i.test(header) ? header : '';
}

function askForToken(request: IncomingMessage, response: ServerResponse, wrong: boolean): void {
  response.setHeader('www-authenticate', 'Basic realm="Gitea"');
  const text = wrong
    ? 'the token is not valid or has expired; make one with "slipway token create"'
    : 'sign in: give a token as password ("slipway git-credential" does it for git)';
  refuse(request, response, 401, text);
}

function refuse(request: IncomingMessage, response: ServerResponse, status: number, text: string): void {
  const body = Buffer.from(`${text}\n`);
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'content-length': body.length });
  response.end(body);
  request.resume();
}
