// The first web page in a real browser: sign in, create a service from the form, watch its run, find its address.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { noBrowser as skip, startBrowser } from '../browser.ts';
import { type Platform, startPlatform } from '../platform-process.ts';

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
  await page.goto(link);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: 'Go on without a password' }).click();
  await page.getByRole('heading', { name: 'Services' }).waitFor();
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
  await page.getByRole('button', { name: 'Create' }).click();
  await page.waitForURL(/\/runs\//);
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
