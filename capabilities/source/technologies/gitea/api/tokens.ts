import { createHash } from 'node:crypto';
import { timestamp } from '@slipway/api';
import { TOKEN_SCOPES, Token } from '@slipway/kinds';
import { recordToken } from '../audit.ts';
import { limitsOf } from '../token-scope.ts';
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

/** Gitea's tokens have no end; ours live as long as those that are made elsewhere when nobody says how long. */
const LIFE_MS = 30 * 24 * 3600 * 1000;

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
      scopes: scopesOf(token),
      created_at: token.metadata.creationTimestamp,
      last_used_at: token.status?.lastUsed ?? token.metadata.creationTimestamp,
    })),
  );
};

/** The secret has 256 random bits; its SHA-256 is what is kept (Token's contract). It is shown this once. */
export const createToken: Operation = async call => {
  const user = ownOnly(call);
  const { name, scopes: given = ['all'] } = await call.body<{ name: string; scopes: string[] }>();
  if (!name) throw unprocessable('[Name]: Required');
  const scopes = wantedScopes(given);
  if (limitsOf(call.user).length > 0)
    throw new ApiError(403, 'a token with scopes makes no tokens: use one with all rights, or sign in');
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
      ...(scopes.length > 0 ? { scopes } : {}),
    },
  });
  return created({
    id: numberOf(token.metadata.uid),
    name,
    sha1: `slp_${id}_${secret}`,
    token_last_eight: secret.slice(-8),
    scopes: scopesOf(token),
    created_at: token.metadata.creationTimestamp,
    last_used_at: token.metadata.creationTimestamp,
  });
};

function scopesOf({ spec }: Token): string[] {
  return spec.scopes?.length ? spec.scopes : ['all'];
}

/** None stands for all. @throws ApiError 400 for what is no scope of Gitea's, or one of what is not here */
function wantedScopes(given: unknown): string[] {
  const scopes: unknown[] = Array.isArray(given) ? given : [given];
  if (scopes.length === 0) throw new ApiError(400, 'access token must have a scope');
  for (const scope of scopes) {
    if (scope === 'all' || Object.hasOwn(TOKEN_SCOPES, String(scope))) continue;
    const allowed = ['all', ...Object.keys(TOKEN_SCOPES)].join(', ');
    throw new ApiError(400, `invalid access token scope: ${JSON.stringify(scope)}; here are ${allowed}`);
  }
  return scopes.includes('all') ? [] : [...new Set(scopes as string[])];
}

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
