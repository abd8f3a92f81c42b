import { createHash } from 'node:crypto';
import { timestamp } from '@slipway/api';
import { Token } from '@slipway/kinds';
import { recordToken } from '../audit.ts';
import {
  type ApiCall,
  ApiError,
  created,
  noContent,
  notFound,
  type Operation,
  paged,
  unprocessable,
} from './call.ts';
import { numberOf } from './identity.ts';

const LIFE_MS = 365 * 24 * 3600 * 1000;

/** Personal tokens are identity's Token objects, which every door takes; each sees and makes only their own. */
function ownOnly(call: ApiCall): string {
  const login = call.params.username ?? '';
  if (login !== call.user.username)
    throw new ApiError(403, 'only the user’s own tokens can be seen and changed');
  return login;
}

async function tokensOf(call: ApiCall) {
  const login = ownOnly(call);
  const { items } = await call.server.client.list(Token);
  return items.filter(item => item.spec.user === login);
}

export const listTokens: Operation = async call => {
  const tokens = await tokensOf(call);
  return paged(
    call,
    tokens.map(token => ({
      id: numberOf(token.metadata.uid),
      name: token.spec.description ?? token.metadata.name,
      sha1: '',
      token_last_eight: '',
      scopes: ['all'],
      created_at: token.metadata.creationTimestamp,
      last_used_at: token.status?.lastUsed ?? token.metadata.creationTimestamp,
    })),
  );
};

/** The secret has 256 random bits; its SHA-256 is what is kept (Token's contract). It is shown this once. */
export const createToken: Operation = async call => {
  const user = ownOnly(call);
  const { name, scopes = ['all'] } = await call.body<{ name: string; scopes: string[] }>();
  if (!name) throw unprocessable('[Name]: Required');
  if (scopes.some(scope => scope !== 'all'))
    throw unprocessable('[Scopes]: only "all" is supported: a token has the rights of its user');
  const present = await tokensOf(call);
  if (present.some(token => token.spec.description === name))
    throw new ApiError(400, 'access token name has been used already');
  const { clock, random, client } = call.server;
  const id = Buffer.from(random.bytes(8)).toString('hex');
  const secret = Buffer.from(random.bytes(32)).toString('base64url').replaceAll('_', '.');
  await recordToken(call.server, call, { verb: 'create', id });
  const token = await client.create(Token, {
    apiVersion: 'identity.slipway.dev/v1alpha1',
    kind: 'Token',
    metadata: { name: id },
    spec: {
      user,
      hash: createHash('sha256').update(secret).digest('hex'),
      description: name,
      expiresAt: timestamp(clock.now() + LIFE_MS),
    },
  });
  return created({
    id: numberOf(token.metadata.uid),
    name,
    sha1: `slp_${id}_${secret}`,
    token_last_eight: secret.slice(-8),
    scopes: ['all'],
    created_at: token.metadata.creationTimestamp,
    last_used_at: token.metadata.creationTimestamp,
  });
};

export const deleteToken: Operation = async call => {
  const wanted = call.params.token ?? '';
  const tokens = await tokensOf(call);
  const found = tokens.find(
    token => token.spec.description === wanted || String(numberOf(token.metadata.uid)) === wanted,
  );
  if (!found) throw notFound();
  const { name } = found.metadata;
  await recordToken(call.server, call, { verb: 'delete', id: name });
  await call.server.client.delete(Token, { name });
  return noContent;
};
