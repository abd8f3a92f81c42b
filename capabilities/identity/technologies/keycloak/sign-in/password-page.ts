import type { ServerResponse } from 'node:http';
import { html } from '../pages/layout.ts';
import type { Person } from '../people/directory.ts';
import { readForm } from './form.ts';
import { redirect, type Site, type SitePage, showPage } from './site.ts';

/** Lets a person who came by a sign-in link choose a password, or go on without one. */
export const passwordPage: SitePage = async (site, request, response) => {
  const person = site.directory.byId(site.tickets.read(request) ?? '');
  if (!person) {
    const body = html`<p>Open a sign-in link first: it proves that it is you.</p>`;
    showPage(response, { title: 'Set a password', status: 403, body });
    return;
  }
  if (request.method !== 'POST') return show(site, response, person);
  const form = await readForm(request, site.origin);
  const isSame = form.get('password') === form.get('again');
  if (isSame) {
    const source = request.socket.remoteAddress;
    const change = { verb: 'set-password', object: person.name, outcome: 'allowed' } as const;
    await site.audit.record({ ...change, actor: person.name, source });
  }
  const error = isSame
    ? await site.passwords.set(person, form.get('password') ?? '')
    : 'The two passwords are not the same.';
  if (error) return show(site, response, person, error);
  redirect(response, site.portalUrl);
};

function show(site: Site, response: ServerResponse, person: Person, error?: string): void {
  const body = html`${error ? html`<p class="error" role="alert">${error}</p>` : undefined}
    <p>You are signed in as <strong>${person.name}</strong>. Choose a password for next time.</p>
    <form method="post" action="${site.root}/password">
      <input type="hidden" name="username" autocomplete="username" value="${person.name}">
      <label for="password">New password</label>
      <input id="password" name="password" type="password" autocomplete="new-password" minlength="12" required>
      <label for="again">The same again</label>
      <input id="again" name="again" type="password" autocomplete="new-password" minlength="12" required>
      <button type="submit">Set password</button>
    </form>
    <p><a href="${site.portalUrl}">Go on without a password</a></p>`;
  showPage(response, {
    title: 'Set a password',
    body,
    status: error ? 422 : 200,
    formTargets: [site.portalUrl],
  });
}
