// The catalog in a real browser with ten thousand entities: what is drawn is what is seen.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { fillCatalog } from '../../capabilities/catalog/bench-entities.ts';
import { noBrowser as skip, startBrowser } from '../browser.ts';
import { axeFindings, overflow } from '../page-checks.ts';
import { eventually, type Platform, startPlatform } from '../platform-process.ts';
import { signIn } from '../portal-sign-in.ts';

const MANY = 10_000;
let platform: Platform;
let browser: Browser;
let page: Page;

before(async () => {
  if (skip) return;
  platform = await startPlatform();
  browser = await startBrowser();
  page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
  page.setDefaultTimeout(10_000);
  await signIn(page, platform);
});
after(async () => {
  await browser?.close();
  await platform?.stop();
});

const go = (path: string) => page.goto(new URL(path, platform.report.portal).href);

test('ten thousand entities are found, scrolled and opened', { skip, timeout: 180_000 }, async () => {
  await fillCatalog(platform, MANY);
  const total = await eventually('all of them', 60_000, async () => {
    await go('/catalog?kind=component');
    const text = await page.getByText(/entities$/).textContent();
    return Number(text?.replace(/\D/g, '')) > 8_000 ? (text ?? '') : undefined;
  });
  assert.match(total, /[\d,]+ entities/);
  const rows = page.getByRole('table', { name: 'Entities' }).locator('tbody tr');
  assert.ok((await rows.count()) < 150, 'only what is seen is drawn');
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await page.getByRole('link', { name: 'component-999', exact: true }).waitFor();
  await page.getByLabel('Text').fill('component-4321');
  await page.getByRole('link', { name: 'component-4321' }).click();
  await page.getByRole('heading', { name: 'component-4321' }).waitFor();
  await page.goBack();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('link', { name: 'component-4321' }).waitFor();
  assert.deepEqual(await overflow(page), []);
  assert.deepEqual(await axeFindings(page), []);
});
