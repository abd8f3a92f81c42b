// People and teams: a person's own sessions and tokens, and what ends when a person does, through every door.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { noBrowser, startBrowser } from '../browser.ts';
import { eventually, has, type Platform, run, startPlatform } from '../platform-process.ts';

const kubectl = (await has('kubectl', ['version', '--client'])) ? false : 'kubectl is not on this machine';
const skip = noBrowser || kubectl;
/** Doors believe an answer for two seconds. */
const SECONDS = 10_000;

let platform: Platform;
let browser: Browser;
let ann: Page;
let token = '';

before(async () => {
  if (skip) return;
  platform = await startPlatform();
  browser = await startBrowser();
  const [made] = await Promise.all([
    platform.json<{ link: string }>(['user', 'create', 'ann', '--group', 'payments']),
    platform.kubectl(['apply', '-f', '-'], JSON.stringify(TEAM)),
  ]);
  await platform.cli(['service', 'create', '--name', 'shop', '--team', 'payments']);
  ann = await signedIn(made.link);
});
after(async () => {
  await browser?.close();
  await platform?.stop();
});

const TEAM = {
  apiVersion: 'slipway.dev/v1alpha1',
  kind: 'Team',
  metadata: { name: 'payments' },
  spec: { members: ['group:payments'] },
};

/** A browser of its own, signed in by a link. */
async function signedIn(link: string): Promise<Page> {
  const context: BrowserContext = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await page.goto(link);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: 'Go on without a password' }).click();
  await page.getByRole('heading', { name: 'Services' }).waitFor();
  return page;
}

const linkOf = async (user: string) => (await platform.json<{ link: string }>(['user', 'link', user])).link;

/** What the portal's session is answered. A page of the portal itself would go and sign in meanwhile. */
async function portalStatus(page: Page): Promise<number> {
  await goTo(page, '/icon.svg');
  return page.evaluate(() => fetch('/k8s/apis/slipway.dev/v1alpha1/teams').then(answer => answer.status));
}

async function kubectlAs(bearer: string, args: string[]): Promise<string> {
  const config = JSON.parse(await readFile(platform.report.kubeconfig, 'utf8'));
  config.users[0].user = { token: bearer };
  const path = join(platform.home, 'ann.kubeconfig');
  await writeFile(path, JSON.stringify(config), { mode: 0o600 });
  return platform.kubectl(['--kubeconfig', path, ...args]);
}

/** Git as it comes, with a token as its password. */
function gitAs(bearer: string, args: string[], cwd?: string): Promise<string> {
  const basic = Buffer.from(`ann:${bearer}`).toString('base64');
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: platform.home,
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.extraHeader',
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
  };
  const own = [`http.sslCAInfo=${platform.report.ca}`, 'user.name=Ann', 'user.email=ann@example.com'];
  const words = [...own.flatMap(each => ['-c', each]), ...args];
  return run('git', words, { env, ...(cwd ? { cwd } : {}) }).then(({ stdout }) => stdout);
}

const repository = () => `https://git.${new URL(platform.report.portal).host}/payments/shop.git`;

async function push(bearer: string): Promise<void> {
  const folder = await mkdtemp(join(platform.home, 'clone-'));
  await gitAs(bearer, ['clone', '--quiet', repository(), folder]);
  await gitAs(bearer, ['commit', '--quiet', '--allow-empty', '-m', 'a change'], folder);
  await gitAs(bearer, ['push', '--quiet', 'origin', `HEAD:refs/heads/${basename(folder)}`], folder);
}

/** Who nobody knows is asked for a password, which Git does not have. */
function gitRefuses(bearer: string): Promise<true> {
  return eventually('git refuses it', SECONDS, () =>
    push(bearer).then(
      () => undefined,
      error =>
        /Authentication failed|could not read (Username|Password)/.test(String(error)) ? true : undefined,
    ),
  );
}

const goTo = (page: Page, path: string) => page.goto(platform.report.portal + path);

test('a person makes a token at /me; git and kubectl take it; it is shown once', { skip }, async () => {
  await ann.getByRole('link', { name: 'ann' }).click();
  await ann.getByRole('heading', { name: 'ann', level: 1 }).waitFor();
  await ann.getByLabel('What is it for?').fill('my laptop');
  await ann.getByRole('button', { name: 'Make a token' }).click();
  token = (await ann.getByText(/^slp_/).textContent()) ?? '';
  assert.match(await kubectlAs(token, ['auth', 'whoami']), /ann/);
  await push(token);
  await eventually('its use is shown', SECONDS, async () => {
    await ann.reload();
    const row = ann.getByRole('row', { name: /my laptop/ });
    return /second|now/.test((await row.textContent()) ?? '') &&
      !/never/.test((await row.textContent()) ?? '')
      ? true
      : undefined;
  });
  assert.equal(await ann.getByText(/^slp_/).count(), 0);
  const kept = await ann.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  assert.doesNotMatch(kept, /slp_/);
});

test('the page says what the person may do, as the API answers it', { skip }, async () => {
  const rights = ann.getByRole('table', { name: 'Rights' });
  await rights.getByText('payments-dev').waitFor();
  const text = await eventually('all is answered', SECONDS, async () => {
    const now = (await rights.textContent()) ?? '';
    return now.includes('…') ? undefined : now;
  });
  assert.match(text, /Team payments · membersee services, create services.*push.*promote/);
  assert.match(text, /Team defaultnothing here/);
  assert.match(text, /The platformsee the platform(?!, change)/);
});

test('a token that is revoked stops, for git and kubectl', { skip }, async () => {
  await ann.getByRole('button', { name: 'Revoke my laptop' }).click();
  await ann.getByText('You have no tokens.').waitFor();
  await assert.rejects(kubectlAs(token, ['auth', 'whoami']), /Unauthorized|must be logged in/i);
  await gitRefuses(token);
});

test('a session is ended from another one, and that browser has to sign in again', { skip }, async () => {
  const other = await signedIn(await linkOf('ann'));
  await goTo(ann, '/me');
  await ann.getByRole('button', { name: /^End the session/ }).click();
  await ann.getByRole('button', { name: /^End the session/ }).waitFor({ state: 'detached' });
  assert.equal(await portalStatus(other), 401);
  assert.equal(await portalStatus(ann), 200);
  await goTo(other, '/me');
  await other.getByLabel('User name').waitFor();
  await other.context().close();
});

test('signing out ends the session at the issuer: nobody comes back in by going back', { skip }, async () => {
  const other = await signedIn(await linkOf('ann'));
  await other.getByRole('button', { name: 'Sign out' }).click();
  await other.getByLabel('User name').waitFor();
  await goTo(other, '/');
  await other.getByLabel('User name').waitFor();
  await other.context().close();
});

test('a session that ends in the middle of making a token loses nothing that was typed', {
  skip,
}, async () => {
  const other = await signedIn(await linkOf('ann'));
  await goTo(other, '/me');
  await other.getByLabel('What is it for?').fill('weekly report');
  // Only for what is sent now: else the page's own reading may notice it first and lead to the sign-in.
  await other.route('**/auth/session', route => route.fulfill({ status: 401, json: {} }));
  await other.getByRole('button', { name: 'Make a token' }).click();
  await other.getByText('Your session has ended').waitFor();
  await other.unroute('**/auth/session');
  await other.context().clearCookies();
  await other.goto(await linkOf('ann'));
  await other.getByRole('button', { name: 'Sign in' }).click();
  await goTo(other, '/me');
  await other.getByLabel('What is it for?').waitFor();
  assert.equal(await other.getByLabel('What is it for?').inputValue(), 'weekly report');
  await other.context().close();
});

test('a team has its page; of two admins who change it at once, one is told', { skip }, async () => {
  const admin = await signedIn((await platform.cli(['open'])).stdout.trim());
  await goTo(admin, '/teams');
  await admin.getByRole('link', { name: 'payments' }).click();
  await admin.getByRole('link', { name: 'shop' }).waitFor();
  await admin.getByText('slipway:team-promoter').first().waitFor();
  await admin.getByLabel('Add a member').fill('user:ben');
  await admin.getByRole('button', { name: 'Add', exact: true }).click();
  await admin.getByRole('button', { name: 'Remove user:ben' }).waitFor();
  const { metadata, spec } = JSON.parse(await platform.kubectl(['get', 'team', 'payments', '-o', 'json']));
  // Another admin was quicker, and this page has not been told of it yet.
  await admin.route('**/teams/payments*', async route => {
    const sent = JSON.parse(route.request().postData() ?? '{}');
    sent.metadata.resourceVersion = String(Number(metadata.resourceVersion) - 1);
    await route.continue({ postData: JSON.stringify(sent) });
  });
  await admin.getByRole('button', { name: 'Remove user:ben' }).click();
  await admin.getByText('Somebody else changed this team at the same time').waitFor();
  assert.deepEqual(spec.members, ['group:payments', 'user:ben']);
  await goTo(admin, '/teams/default');
  await admin.getByText('- name: default').waitFor();
  assert.equal(await admin.getByLabel('Add a member').count(), 0, 'the definition says who is in it');
  await goTo(admin, '/people');
  await admin.getByRole('button', { name: 'Disable admin' }).click();
  await admin.getByText(/this is the last member of platform-admins/).waitFor();
  await admin.context().close();
});

test('the terminal shows people, teams and tokens, and refuses to remove the last admin', {
  skip,
}, async () => {
  const users = await platform.json<{ name: string; teams: string[] }[]>(['user', 'list']);
  assert.deepEqual(
    users.map(({ name, teams }) => [name, teams]),
    [
      ['admin', []],
      ['ann', ['payments']],
    ],
  );
  const team = await platform.json<{ services: { name: string }[]; rights: { role: string }[] }>([
    'team',
    'show',
    'payments',
  ]);
  assert.deepEqual(
    team.services.map(({ name }) => name),
    ['shop'],
  );
  await platform.cli(['token', 'create', '--user', 'ann', '--description', 'from here']);
  const [made] = await platform.json<{ name: string; description: string }[]>([
    'token',
    'list',
    '--user',
    'ann',
  ]);
  assert.equal(made?.description, 'from here');
  await platform.cli(['token', 'revoke', made?.name ?? '']);
  assert.deepEqual(await platform.json(['token', 'list', '--user', 'ann']), []);
  await assert.rejects(
    platform.cli(['token', 'revoke', 'nothing']),
    /there is none.*next: slipway token list/s,
  );
  await assert.rejects(platform.cli(['user', 'disable', 'admin']), /last member of platform-admins/);
  await assert.rejects(platform.cli(['user', 'create', 'local-admin']), /command line's own user/);
  await assert.rejects(platform.cli(['user', 'create', 'ann']), /is there already.*slipway user link ann/s);
});

test('a token with scopes does what they say and nothing else, at every door', { skip }, async () => {
  const make = async (...scopes: string[]) => {
    const words = scopes.flatMap(scope => ['--scope', scope]);
    return (await platform.json<{ token: string }>(['token', 'create', '--user', 'ann', ...words])).token;
  };
  const [reads, writes] = await Promise.all([make('read:repository'), make('write:repository')]);
  await eventually('the token is known', SECONDS, () =>
    gitAs(reads, ['ls-remote', repository()]).then(
      () => true as const,
      () => undefined,
    ),
  );
  await assert.rejects(push(reads), /"ann" may not push to repository "payments\/shop"/);
  await push(writes);
  for (const bearer of [reads, writes])
    await assert.rejects(
      kubectlAs(bearer, ['get', 'secrets', '-n', 'team-payments']),
      /forbidden.*limited to other things/i,
    );
  const base = `https://git.${new URL(platform.report.portal).host}/api/v1`;
  const rest = await platform.fetch(`${base}/user`, { authorization: `Bearer ${writes}` });
  assert.equal(rest.status, 403);
  assert.match(rest.body, /required=\[read:user\], token scope=write:repository/);
  const registry = `https://registry.${new URL(platform.report.portal).host}/v2/payments/shop/tags/list`;
  assert.equal((await platform.fetch(registry, { authorization: `Bearer ${writes}` })).status, 403);
  await assert.rejects(platform.cli(['token', 'create', '--scope', 'moon']), /"moon": read:repository, /);
  const list = (await platform.cli(['token', 'list', '--user', 'ann'])).stdout;
  assert.match(list, /read:repository/);
});

test('somebody who is disabled is out within seconds: portal, token, git push, kubectl', {
  skip,
}, async () => {
  const { token: bearer } = await platform.json<{ token: string }>(['token', 'create', '--user', 'ann']);
  await goTo(ann, '/me');
  await push(bearer);
  assert.equal(await portalStatus(ann), 200);
  // Open before; the server ends it.
  const watching = kubectlAs(bearer, ['get', 'configmaps', '-n', 'team-payments', '--watch']).then(
    () => 'ended',
    () => 'ended',
  );
  await platform.cli(['user', 'disable', 'ann']);
  assert.equal(await portalStatus(ann), 401, 'the portal’s cookie');
  const late = new Promise(resolve => setTimeout(resolve, 20_000, 'goes on').unref());
  assert.equal(await Promise.race([watching, late]), 'ended', 'a watch that was open');
  await assert.rejects(kubectlAs(bearer, ['auth', 'whoami']), /Unauthorized|must be logged in/i);
  await gitRefuses(bearer);
  await platform.cli(['user', 'enable', 'ann']);
  assert.equal(await portalStatus(ann), 401, 'what has ended stays ended');
  assert.match(await kubectlAs(bearer, ['auth', 'whoami']), /ann/, 'a token is good until it ends');
  await ann.context().close();
});
