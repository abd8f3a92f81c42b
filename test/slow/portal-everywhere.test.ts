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

test('in the dark axe finds nothing on any page, and everything is reached by the Tab key and seen to be', {
  skip,
}, async () => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await onEveryPlace({ platform, page, places }, async () => [
    ...(await axeFindings(page)),
    ...(await unreachable(page)),
  ]);
  await page.emulateMedia({ colorScheme: null });
});

test('no page scrolls sideways on a phone, at 200 % zoom, and at 320 pixels', { skip }, async () => {
  await onEveryPlace({ platform, page, places }, async () => {
    const found: string[] = [];
    for (const width of [390, 640, 320]) {
      await setWidth(width);
      found.push(...(await overflow(page)).map(problem => `${width}: ${problem}`));
    }
    // The next page is opened on a phone.
    await setWidth(390);
    return found;
  });
});

/** What follows the window's size has then been drawn. */
async function setWidth(width: number): Promise<void> {
  await page.setViewportSize({ width, height: 700 });
  await page.evaluate(
    () => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
}
