// Pages that oidc-provider asks for in the middle of its own flows.
import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import { type Html, html, pageHeaders, pageText, trusted } from './layout.ts';

function show(context: KoaContextWithOIDC, title: string, body: Html): void {
  context.set(pageHeaders(redirectOrigins(context)));
  context.body = pageText(title, body);
}

function redirectOrigins(context: KoaContextWithOIDC): string[] {
  const uris = [
    ...(context.oidc.client?.redirectUris ?? []),
    ...(context.oidc.client?.postLogoutRedirectUris ?? []),
  ];
  return [...new Set(uris.flatMap(uri => originOf(uri)))];
}

/** An address' origin as Content-Security-Policy writes it; loopback addresses stand for any port. */
export function originOf(uri: string): string[] {
  const url = URL.parse(uri);
  if (!url || !['http:', 'https:'].includes(url.protocol)) return [];
  return [url.hostname === '127.0.0.1' ? 'http://127.0.0.1:*' : url.origin];
}

export async function deviceInputPage(
  context: KoaContextWithOIDC,
  form: string,
  _out?: unknown,
  error?: { userCode?: string; name?: string },
): Promise<void> {
  const wrong = html`<p class="error" role="alert">That code is not valid, or it has been used. Try again.</p>`;
  const body = html`${error ? wrong : html`<p>Enter the code that your device shows.</p>`}
    ${trusted(form)}<button type="submit" form="op.deviceInputForm">Continue</button>`;
  show(context, 'Connect a device', body);
}

export async function deviceConfirmPage(
  context: KoaContextWithOIDC,
  form: string,
  client: { clientName?: string | undefined; clientId: string },
  _info: unknown,
  userCode: string,
): Promise<void> {
  const name = client.clientName ?? client.clientId;
  const body = html`<p><strong>${name}</strong> wants to act as you. It shows this code:</p>
    <p><code>${userCode}</code></p>
    <p>If you did not start this, or the code differs, cancel.</p>${trusted(form)}
    <button type="submit" form="op.deviceConfirmForm">Connect</button>
    <button type="submit" form="op.deviceConfirmForm" class="quiet" name="abort" value="yes">Cancel</button>`;
  show(context, 'Connect a device', body);
}

export async function deviceDonePage(context: KoaContextWithOIDC): Promise<void> {
  show(context, 'Connected', html`<p>You can close this page and go back to your device.</p>`);
}

export async function logoutPage(context: KoaContextWithOIDC, form: string): Promise<void> {
  const body = html`<p>Do you want to sign out of every tool of this platform?</p>${trusted(form)}
    <button type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button>
    <button type="submit" form="op.logoutForm" class="quiet">Stay signed in</button>`;
  show(context, 'Sign out', body);
}

export async function loggedOutPage(context: KoaContextWithOIDC): Promise<void> {
  show(context, 'Signed out', html`<p>You are signed out.</p>`);
}

export async function errorPage(context: KoaContextWithOIDC, out: ErrorOut): Promise<void> {
  const body = html`<p class="error" role="alert">${out.error_description ?? out.error}</p>
    <p>Go back to the application you came from and try again.</p>`;
  show(context, 'Sign-in failed', body);
}
