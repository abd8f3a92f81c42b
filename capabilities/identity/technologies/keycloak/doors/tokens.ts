import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, hasReason, type Random, StatusError, type Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { TOKEN_SCOPES, Token } from '@slipway/kinds';
import { createToken, newTokenId } from '../../../objects/token.ts';
import type { SignInAudit } from '../audit.ts';
import type { Directory, Person } from '../people/directory.ts';
import { readBody } from '../sign-in/form.ts';
import { sendJson } from './send-json.ts';
import type { SignedIn } from './signed-in.ts';

const DAY_MS = 24 * 3600 * 1000;
const [MOST_DAYS, MOST_TOKENS, LONGEST] = [366, 100, 200];
/** How long one lives when nobody says. */
const DAYS = 30;

interface Options {
  client: Client;
  clock: Clock;
  random: Random;
  directory: Directory;
  audit: SignInAudit;
  signedIn(request: IncomingMessage): Promise<SignedIn>;
}

/**
 * A person's own tokens, at `/realms/<realm>/tokens`, where Keycloak mounts what extends a realm. RBAC cannot let people
 * see the Tokens that are theirs among a cluster's, nor make none but their own; so the engine does it for whoever
 * signed in, and says in the audit who that was. `rest` is a token's id or nothing.
 */
export function tokensHandler(options: Options) {
  return async (request: IncomingMessage, response: ServerResponse, rest: string): Promise<void> => {
    const { person } = await options.signedIn(request);
    if (request.method === 'GET' && rest === '')
      return sendJson(response, 200, options.directory.tokensOf(person.name).map(shown));
    const change = { options, person, request, response };
    if (request.method === 'POST' && rest === '') return make(change);
    if (request.method === 'DELETE' && rest !== '') return revoke(change, rest);
    throw new StatusError('MethodNotAllowed', `${request.method} is not supported here`);
  };
}

interface Change {
  options: Options;
  person: Person;
  request: IncomingMessage;
  response: ServerResponse;
}

async function make({ options, person, request, response }: Change): Promise<void> {
  const { description, days, scopes } = wanted(await readBody(request));
  const { client, clock, random, audit, directory } = options;
  if (directory.tokensOf(person.name).length >= MOST_TOKENS) {
    throw new StatusError(
      'Forbidden',
      `you have ${MOST_TOKENS} tokens; revoke those you do not use any more`,
    );
  }
  const id = newTokenId(random);
  const source = request.socket.remoteAddress;
  const event = { actor: person.name, verb: 'create-token', object: id, source } as const;
  await audit.record({ ...event, outcome: 'allowed' });
  const wish = { id, user: person.name, description, scopes, ttlMs: days * DAY_MS };
  const made = await createToken({ client, clock, random, ...wish }).catch(async error => {
    await audit.tell({ ...event, outcome: 'failed' });
    throw error;
  });
  sendJson(response, 201, made);
}

/** @throws StatusError BadRequest, naming the field */
function wanted(text: string): { description: string; days: number; scopes: string[] } {
  const body = parsed(text);
  const unknown = Object.keys(body).find(name => !['description', 'days', 'scopes'].includes(name));
  if (unknown !== undefined) {
    const name = JSON.stringify(unknown.slice(0, 50));
    throw new StatusError('BadRequest', `${name}: not supported; description, days and scopes are`);
  }
  const { description, days = DAYS, scopes = [] } = body;
  const words = typeof description === 'string' ? description.trim() : '';
  if (words === '' || words.length > LONGEST)
    throw new StatusError('BadRequest', `description: say what it is for, in at most ${LONGEST} characters`);
  if (typeof days !== 'number' || !Number.isInteger(days) || days < 1 || days > MOST_DAYS)
    throw new StatusError('BadRequest', `days: a whole number from 1 to ${MOST_DAYS} is allowed`);
  return { description: words, days, scopes: scopesIn(scopes) };
}

function scopesIn(value: unknown): string[] {
  const isScope = (scope: unknown) => typeof scope === 'string' && Object.hasOwn(TOKEN_SCOPES, scope);
  if (Array.isArray(value) && value.every(isScope)) return value as string[];
  const allowed = Object.keys(TOKEN_SCOPES).join(', ');
  throw new StatusError('BadRequest', `scopes: a list of ${allowed} is allowed`);
}

function parsed(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body))
      return body as Record<string, unknown>;
  } catch {
    // answered below, as everything else that is no object
  }
  throw new StatusError('BadRequest', 'body: a JSON object with description and days is expected');
}

/** Somebody else's token is answered as one that is not there. */
async function revoke({ options, person, request, response }: Change, id: string): Promise<void> {
  const { client, directory, audit } = options;
  const token = directory.tokensOf(person.name).find(each => each.metadata.name === id);
  if (!token) throw new StatusError('NotFound', 'you have no such token; it may have been revoked already');
  const preconditions = { uid: token.metadata.uid };
  await client.delete(Token, { name: id }, { preconditions }).catch(error => {
    if (!hasReason(error, 'NotFound')) throw error;
  });
  const source = request.socket.remoteAddress;
  await audit.tell({ actor: person.name, verb: 'revoke-token', object: id, outcome: 'allowed', source });
  response.writeHead(204, { 'cache-control': 'no-store' }).end();
}

/** The object without what only the platform needs. */
function shown({ apiVersion, kind, metadata, spec, status }: Stored<Token>) {
  const { name, creationTimestamp } = metadata;
  const { hash: _hash, ...told } = spec;
  return { apiVersion, kind, metadata: { name, creationTimestamp }, spec: told, status: status ?? {} };
}
