// The first web page in a real browser: sign in, create a service from the form, watch its run, find its address.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { noBrowser as skip, startBrowser } from '../browser.ts';
import { axeFindings, onEveryPlace } from '../page-checks.ts';
import { type Platform, startPlatform } from '../platform-process.ts';
import { placesOf } from '../portal-places.ts';
import { signIn } from '../portal-sign-in.ts';

let platform: Platform;
let browser: Browser;
let page: Page;
const outside: string[] = [];
const violations: string[] = [];

before(async () => {
  if (skip) return;
  platform = await startPlatform();
  browser = await startBrowser();
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on('request', request => {
    if (!new URL(request.url()).hostname.endsWith('localhost')) outside.push(request.url());
  });
  page.on('console', message => {
    if (/Content Security Policy/i.test(message.text())) violations.push(message.text());
  });
});
after(async () => {
  await browser?.close();
  await platform?.stop();
});

test('a person without a session is sent to sign in', { skip }, async () => {
  await page.goto(platform.report.portal);
  await page.waitForURL(/\/\/id\./);
  assert.match(await page.title(), /sign in/i);
});

test('the single-use link signs in, and only once', { skip }, async () => {
  const link = (await readFile(platform.report.signInFile, 'utf8')).trim();
  await signIn(page, platform);
  const second = await browser.newContext({ ignoreHTTPSErrors: true });
  const other = await second.newPage();
  await other.goto(link);
  assert.match((await other.textContent('body')) ?? '', /used|expired|no longer/i);
  await second.close();
});

test('the form says what is wrong while one types', { skip }, async () => {
  await page.getByRole('link', { name: 'Create a service' }).click();
  await page.getByRole('link', { name: /node/i }).first().click();
  const name = page.getByLabel(/^name/i).first();
  await name.fill('My Shop');
  await name.blur();
  await page
    .getByText(/lower-case letters/i)
    .first()
    .waitFor();
  await name.fill('web-shop');
});

test('a service created from the form goes live; its run is watched step by step', {
  skip,
  timeout: 180_000,
}, async () => {
  await page.getByRole('button', { name: 'Review', exact: true }).click();
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.waitForURL(/\/runs\//);
  await page.getByText('slipway service create --template node-service --name web-shop').waitFor();
  await page.getByRole('link', { name: /Go to the service web-shop/ }).click({ timeout: 60_000 });
  const address = page.getByRole('link', { name: /web-shop\.dev/ });
  await address.waitFor({ timeout: 120_000 });
  await page.getByText('Healthy').first().waitFor({ timeout: 60_000 });
  const url = (await address.getAttribute('href')) ?? '';
  const answer = await platform.fetch(url);
  assert.match(answer.body, /web-shop/);
});

test('the list shows the service with health and address', { skip }, async () => {
  await page.goto(platform.report.portal);
  await page.getByRole('link', { name: 'web-shop' }).waitFor();
  await page.getByRole('link', { name: 'dev', exact: true }).waitFor();
});

test('the pipeline’s page lists runs; a run draws its steps and shows a step’s log', { skip }, async () => {
  await page.getByRole('link', { name: 'web-shop' }).click();
  await page.getByRole('link', { name: 'All runs' }).click();
  await page.waitForURL(/\/services\/team-default\/web-shop\/pipeline$/);
  const row = page.getByRole('row').filter({ hasText: 'Succeeded' });
  assert.match((await row.textContent()) ?? '', /[0-9a-f]{7}/);
  await row.getByRole('link').click();
  const steps = page.getByRole('navigation', { name: 'Steps' });
  await steps.getByRole('link').first().waitFor();
  await steps.getByRole('link', { name: /test/ }).click();
  await page.waitForURL(/step=/);
  const log = page.getByRole('region', { name: /Log of/ });
  await log.waitFor();
  assert.notEqual(await log.textContent(), '');
});

test('the audit shows who did what; filters are in the address; who may not is told so', {
  skip,
}, async () => {
  await page.getByRole('link', { name: 'Platform' }).click();
  await page.getByRole('link', { name: 'Audit' }).click();
  const rows = page.getByRole('table', { name: 'Records' }).locator('tbody').getByRole('row');
  await rows.first().waitFor();
  await page.getByLabel('Who').fill('admin');
  await page.getByLabel('Resource', { exact: true }).fill('templateruns.slipway.dev');
  await page.getByRole('button', { name: 'Filter' }).click();
  await page.waitForURL(/actor=admin/);
  await page.getByText(/--actor 'admin' --resource/).waitFor();
  await rows.first().waitFor();
  for (const text of await rows.allTextContents()) assert.match(text, /admin.*templateruns\.slipway\.dev/);
  await page.reload();
  await rows.first().waitFor();
  assert.equal(await page.getByLabel('Who').inputValue(), 'admin');
  // What the API answers a person without the right, in place of what it answers this one.
  const eve = {
    apiVersion: 'identity.slipway.dev/v1alpha1',
    kind: 'User',
    metadata: { name: 'eve' },
    spec: {},
  };
  await platform.kubectl(['apply', '-f', '-'], JSON.stringify(eve));
  const { token } = await platform.json<{ token: string }>(['token', 'create', '--user', 'eve']);
  const path = '/apis/audit.slipway.dev/v1alpha1/auditrecords';
  const answer = await platform.fetch(`${platform.report.api}${path}`, { authorization: `Bearer ${token}` });
  assert.equal(answer.status, 403);
  const refusal = { status: answer.status, body: answer.body, contentType: 'application/json' };
  await page.route(`**/k8s${path}*`, route => route.fulfill(refusal));
  await page.reload();
  await page.getByText('You may not read the audit').waitFor();
  await page.unroute(`**/k8s${path}*`);
});

test('the theme is the system’s until another is chosen, which is kept', { skip }, async () => {
  await page.goto(platform.report.portal);
  // The page follows the system with its next drawing, not at once.
  const ground = async (scheme: 'dark' | 'light') => {
    await page.locator(`html[data-mantine-color-scheme="${scheme}"]`).waitFor({ state: 'attached' });
    return page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  };
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await ground('dark');
  await page.getByLabel('Theme').selectOption('light');
  const light = await ground('light');
  assert.notEqual(light, dark);
  await page.reload();
  await page.getByRole('heading', { name: 'Services' }).waitFor();
  assert.equal(await ground('light'), light);
  await page.getByLabel('Theme').selectOption('auto');
  assert.equal(await ground('dark'), dark);
  await page.emulateMedia({ colorScheme: null });
});

test('axe finds nothing on any page', { skip }, async () => {
  await onEveryPlace({ platform, page, places: await placesOf(platform, 'web-shop') }, () =>
    axeFindings(page),
  );
});

test('no page asks another host, and the content security policy holds', { skip }, () => {
  assert.deepEqual(outside, []);
  assert.deepEqual(violations, []);
});

test('signing out ends the session', { skip }, async () => {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(/\/\/id\./);
  await page.getByRole('button').first().click();
  await page.waitForTimeout(500);
  await page.goto(platform.report.portal);
  await page.getByLabel(/password/i).waitFor();
});
