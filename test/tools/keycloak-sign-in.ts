// A person at Keycloak's own sign-in page, without a browser: its form is posted, and the code is exchanged.
import { ask } from '../plain-process.ts';
import { tokenOf } from './keycloak.ts';

export interface FormSignIn {
  issuer: string;
  clientId: string;
  /** Absent for a public client. */
  clientSecret?: string;
  redirect: string;
  scope: string;
  username: string;
  password: string;
}

/** The id token's claims. Rejects when the page refuses or leads elsewhere. */
export async function signInByForm(given: FormSignIn): Promise<Record<string, unknown>> {
  const { issuer, clientId, clientSecret, redirect, scope } = given;
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirect,
    response_type: 'code',
    scope,
    state: 'x',
  });
  const back = URL.parse(await codeByForm(`${issuer}/protocol/openid-connect/auth?${query}`, given));
  const code = back?.searchParams.get('code') ?? '';
  if (!back?.href.startsWith(redirect)) throw new Error(`keycloak: sign-in led to ${back?.href}`);
  const { id_token = '' } = await tokenOf(issuer, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirect,
    client_id: clientId,
    ...(clientSecret ? { client_secret: clientSecret } : {}),
  });
  return JSON.parse(Buffer.from(id_token.split('.')[1] ?? '', 'base64url').toString());
}

/** Signs in at an address that the browser was sent to; where it is sent then, with the code. */
export async function codeByForm(
  address: string,
  { username, password }: Pick<FormSignIn, 'username' | 'password'>,
): Promise<string> {
  const page = await ask(address);
  const action = /<form[^>]*action="([^"]+)"/.exec(page.body)?.[1]?.replaceAll('&amp;', '&');
  if (!action) throw new Error(`keycloak: no sign-in form: ${page.status} ${page.body.slice(0, 300)}`);
  const cookies = [page.headers['set-cookie'] ?? []].flat().map(cookie => cookie.split(';')[0]);
  const answer = await ask(action, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: cookies.join('; ') },
    body: new URLSearchParams({ username, password }).toString(),
  });
  const to = String(answer.headers.location ?? '');
  if (!URL.parse(to)?.searchParams.get('code'))
    throw new Error(`keycloak: sign-in ended with ${answer.status} at ${to}`);
  return to;
}
