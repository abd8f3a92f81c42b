// Every page of the portal in the dark, by the Tab key, at 200 % zoom and on a phone.
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { noBrowser as skip, startBrowser } from '../browser.ts';
import { axeFindings, onEveryPlace, overflow, unreachable } from '../page-checks.ts';
import { type Platform, startPlatform } from '../platform-process.ts';
import { type Place, placesOf } from '../portal-places.ts';
import { signIn } from '../portal-sign-in.ts';

let platform: Platform;
let browser: Browser;
let page: Page;
let places: Place[];

before(async () => {
  if (skip) return;
  platform = await startPlatform();
  await platform.json(['service', 'create', '--template', 'node-service', '--name', 'web-shop', '--wait']);
  browser = await startBrowser();
  page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
  page.setDefaultTimeout(10_000);
  await signIn(page, platform);
  places = await placesOf(platform, 'web-shop');
});
after(async () => {
  await browser?.close();
  await platform?.stop();
});

test('axe finds nothing on any page in the dark', { skip }, async () => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await onEveryPlace({ platform, page, places }, () => axeFindings(page));
  await page.emulateMedia({ colorScheme: null });
});

test('everything on every page is reached by the Tab key, and seen to be', { skip }, async () => {
  await onEveryPlace({ platform, page, places }, () => unreachable(page));
});

test('no page scrolls sideways at 200 % zoom, on a phone, and at 320 pixels', { skip }, async () => {
  for (const width of [640, 390, 320]) {
    await page.setViewportSize({ width, height: 700 });
    await onEveryPlace({ platform, page, places }, () => overflow(page));
  }
});
