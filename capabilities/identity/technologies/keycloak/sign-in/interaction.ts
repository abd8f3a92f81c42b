import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf, timestamp } from '@slipway/api';
import { updateStatus } from '@slipway/client';
import { User } from '@slipway/kinds';
import { NOBODY } from '../audit.ts';
import { html } from '../pages/layout.ts';
import { originOf } from '../pages/provider-pages.ts';
import type { Person } from '../people/directory.ts';
import { grantEverything } from '../provider/claims.ts';
import { readForm } from './form.ts';
import { type Site, type SitePage, showPage } from './site.ts';

type Details = Awaited<ReturnType<Site['provider']['interactionDetails']>>;

/** The page in the middle of an authorization: name and password, or "may this application act as you?". */
export const interactionPage: SitePage = async (site, request, response) => {
  const details = await site.provider.interactionDetails(request, response).catch(() => undefined);
  if (!details) return showLost(response);
  if (details.prompt.name === 'login') return login(site, request, response, details);
  if (details.prompt.name === 'consent') return consent(site, request, response, details);
  await finish(site, request, response, { error: 'interaction_required' });
};

function showLost(response: ServerResponse): void {
  const body = html`<p>This sign-in has ended or belongs to another browser.</p>
    <p>Go back to the application you came from and try again.</p>`;
  showPage(response, { title: 'Sign-in expired', status: 400, body });
}

async function login(
  site: Site,
  request: IncomingMessage,
  response: ServerResponse,
  details: Details,
): Promise<void> {
  const ticket = site.directory.byId(site.tickets.read(request) ?? '');
  // `prompt=login` and `max_age` ask for a password typed now.
  if (ticket && details.prompt.reasons.every(reason => reason === 'no_session')) {
    site.tickets.clear(response);
    return signedIn(site, request, response, { details, person: ticket, method: 'otp' });
  }
  if (request.method !== 'POST') return showLogin(site, response, details, {});
  const form = await readForm(request, site.origin);
  const name = (form.get('username') ?? '').trim().toLowerCase();
  const check = await site.passwords.check(name, form.get('password') ?? '');
  if (check.result === 'right') {
    return signedIn(site, request, response, { details, person: check.person, method: 'pwd' });
  }
  if (check.result === 'wrong') await tellOfFailure(site, request, name);
  if (check.result === 'wait') response.setHeader('retry-after', Math.ceil(check.waitMs / 1000));
  const error =
    check.result === 'wait'
      ? `Too many attempts. Wait ${Math.ceil(check.waitMs / 1000)} seconds and try again.`
      : 'User name or password is wrong.';
  await showLogin(site, response, details, { name, error, status: check.result === 'wait' ? 429 : 401 });
}

async function showLogin(
  site: Site,
  response: ServerResponse,
  details: Details,
  state: { name?: string; error?: string; status?: number },
): Promise<void> {
  const hint = String(details.params.login_hint ?? '');
  const body = html`${state.error ? html`<p class="error" role="alert">${state.error}</p>` : undefined}
    <form method="post" action="${site.root}/interaction/${details.uid}">
      <label for="username">User name</label>
      <input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required
        value="${state.name ?? hint}">
      <label for="password">Password</label>
      <input id="password" name="password" type="password" autocomplete="current-password" required>
      <button type="submit">Sign in</button>
    </form>
    <p>No password yet? On the platform's machine, <code>slipway open</code> makes a sign-in link.</p>`;
  const formTargets = await targetsOf(site, details);
  showPage(response, {
    title: 'Sign in',
    body,
    formTargets,
    ...(state.status ? { status: state.status } : {}),
  });
}

async function consent(
  site: Site,
  request: IncomingMessage,
  response: ServerResponse,
  details: Details,
): Promise<void> {
  if (request.method !== 'POST') {
    const client = await site.clients.find(String(details.params.client_id));
    const person = site.directory.byId(details.session?.accountId ?? '');
    const body = html`<p><strong>${client?.metadata.client_name ?? client?.metadata.client_id}</strong> wants to
        know who you are${client?.isPlatform ? ' and to act as you on this platform' : ''}.</p>
      <p>You are signed in as <strong>${person?.name}</strong>.</p>
      <form method="post" action="${site.root}/interaction/${details.uid}">
        <button type="submit" name="answer" value="yes">Allow</button>
        <button type="submit" name="answer" value="no" class="quiet">Refuse</button>
      </form>`;
    showPage(response, { title: 'Allow access', body, formTargets: await targetsOf(site, details) });
    return;
  }
  const form = await readForm(request, site.origin);
  if (form.get('answer') !== 'yes') return finish(site, request, response, { error: 'access_denied' });
  const { params, session } = details;
  const { Grant } = site.provider;
  const known = details.grantId ? await Grant.find(details.grantId) : undefined;
  const clientId = String(params.client_id);
  const grant =
    known ?? new Grant({ clientId, ...(session?.accountId ? { accountId: session.accountId } : {}) });
  grantEverything(grant);
  const resources = (details.prompt.details.missingResourceScopes ?? {}) as Record<string, string[]>;
  for (const [resource, scopes] of Object.entries(resources))
    grant.addResourceScope(resource, scopes.join(' '));
  await site.audit.record({
    actor: site.directory.byId(session?.accountId ?? '')?.name ?? NOBODY,
    verb: 'consent',
    object: clientId,
    outcome: 'allowed',
    source: request.socket.remoteAddress,
  });
  await finish(site, request, response, { consent: { grantId: await grant.save() } });
}

async function signedIn(
  site: Site,
  request: IncomingMessage,
  response: ServerResponse,
  { details, person, method }: { details: Details; person: Person; method: 'pwd' | 'otp' },
): Promise<void> {
  await site.audit.record({
    actor: person.name,
    verb: 'sign-in',
    object: `${details.params.client_id} by ${method === 'pwd' ? 'password' : 'link'}`,
    outcome: 'allowed',
    source: request.socket.remoteAddress,
  });
  void recordSignIn(site, person);
  return finish(site, request, response, { login: { accountId: person.id, amr: [method], remember: false } });
}

/** A name that nobody has may be a password typed into the wrong field. */
async function tellOfFailure(site: Site, request: IncomingMessage, name: string): Promise<void> {
  await site.audit.tell({
    actor: site.directory.byName(name)?.name ?? NOBODY,
    verb: 'sign-in',
    object: 'by password',
    outcome: 'denied',
    source: request.socket.remoteAddress,
  });
}

/** `status.lastSignIn` is for people to see; a sign-in does not wait for it. */
async function recordSignIn({ client, clock, log }: Site, { name }: Person): Promise<void> {
  log.info('signed in', { user: name });
  await updateStatus(client, User, { name }, draft => {
    draft.status = { ...draft.status, lastSignIn: timestamp(clock.now()) };
  }).catch(error => log.warn('last sign-in not recorded', { user: name, error: messageOf(error) }));
}

async function finish(
  site: Site,
  request: IncomingMessage,
  response: ServerResponse,
  result: Parameters<Site['provider']['interactionFinished']>[2],
): Promise<void> {
  await site.provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
}

/** Browsers hold a form's redirects to the policy as well, and the last one leads to the application. */
async function targetsOf(site: Site, details: Details): Promise<string[]> {
  const client = await site.clients.find(String(details.params.client_id));
  return [...new Set((client?.metadata.redirect_uris ?? []).flatMap(originOf))];
}
