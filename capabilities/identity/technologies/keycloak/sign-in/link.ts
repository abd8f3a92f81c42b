import { timingSafeEqual } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { hasReason, type Stored } from '@slipway/api';
import { Secret } from '@slipway/kinds';
import { SYSTEM_NAMESPACE } from '../../../objects/names.ts';
import { SIGN_IN_TYPE, signInName } from '../../../objects/sign-in.ts';
import { tokenHash } from '../../../objects/token.ts';
import { html } from '../pages/layout.ts';
import type { Person } from '../people/directory.ts';
import { readForm } from './form.ts';
import { redirect, type Site, type SitePage, showPage } from './site.ts';

/**
 * The single-use sign-in link, `/sign-in/<id>.<secret>`. Looking at it uses nothing up (mail programs look at links);
 * pressing the button does.
 */
export const linkPage: SitePage = async (site, request, response, rest) => {
  const found = await findLink(site, rest);
  if (!found) return showGone(response);
  if (request.method !== 'POST') {
    const body = html`<p>This link signs you in as <strong>${found.person.name}</strong>. It works once.</p>
      <form method="post" action="${site.root}/sign-in/${rest}"><button type="submit">Sign in</button></form>`;
    showPage(response, { title: 'Sign in', body, formTargets: [site.portalUrl] });
    return;
  }
  await readForm(request, site.origin);
  if (!(await useUp(site, found.secret))) return showGone(response);
  await site.audit.record({
    actor: found.person.name,
    verb: 'use-link',
    object: signInName(rest.slice(0, rest.indexOf('.'))),
    outcome: 'allowed',
    source: request.socket.remoteAddress,
  });
  site.tickets.give(response, found.person.id);
  const next = (await site.passwords.has(found.person)) ? site.portalUrl : `${site.root}/password`;
  redirect(response, next);
};

function showGone(response: ServerResponse): void {
  const body = html`<p>This sign-in link has been used or has expired.</p>
    <p>On the platform's machine, <code>slipway open</code> makes a new one.</p>`;
  showPage(response, { title: 'Link expired', status: 410, body });
}

async function findLink(
  site: Site,
  rest: string,
): Promise<{ secret: Stored<Secret>; person: Person } | undefined> {
  const match = /^([0-9a-f]{16})\.([A-Za-z0-9_-]{43})$/.exec(rest);
  if (!match?.[1] || !match[2]) return undefined;
  const secret = await site.client.find(Secret, { namespace: SYSTEM_NAMESPACE, name: signInName(match[1]) });
  if (secret?.type !== SIGN_IN_TYPE) return undefined;
  const text = (name: string) => Buffer.from(secret.data?.[name] ?? '', 'base64').toString('utf8');
  const expected = Buffer.from(text('hash'));
  const actual = Buffer.from(tokenHash(match[2]));
  if (expected.length !== actual.length || !timingSafeEqual(expected, actual)) return undefined;
  // Written so that a time which cannot be read counts as over.
  if (!(Date.parse(text('expiresAt')) > site.clock.now())) return undefined;
  const person = site.directory.byName(text('user'));
  return person && { secret, person };
}

/** True for the one caller that removed it. */
async function useUp(site: Site, secret: Stored<Secret>): Promise<boolean> {
  const { name, uid } = secret.metadata;
  try {
    await site.client.delete(Secret, { namespace: SYSTEM_NAMESPACE, name }, { preconditions: { uid } });
    return true;
  } catch (error) {
    if (hasReason(error, 'NotFound', 'Conflict')) return false;
    throw error;
  }
}
