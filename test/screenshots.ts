// `npm run screenshots`: draws every page in both themes and two widths into screenshots/, to be looked at;
// `npm run screenshots -- change entity` only those whose names begin so.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { noBrowser, startBrowser } from './browser.ts';
import { type Platform, startPlatform } from './platform-process.ts';
import { type Place, placesOf } from './portal-places.ts';
import { signIn } from './portal-sign-in.ts';
import { root } from './source-tree.ts';

const folder = join(root, 'screenshots');
const WIDTHS = [1280, 390];
const wanted = process.argv.slice(2);
const isWanted = ({ name }: Place) => wanted.length === 0 || wanted.some(each => name.startsWith(each));

if (noBrowser) throw new Error(`screenshots: ${noBrowser}`);
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const platform = await startPlatform();
const browser = await startBrowser();
try {
  await drawAll(platform, browser);
} finally {
  await browser.close();
  await platform.stop();
}

async function drawAll(platform: Platform, browser: Browser): Promise<void> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await signIn(page, platform);
  const none = { name: 'services-none', path: '/', shows: 'No services yet' };
  if (isWanted(none)) await draw(page, none, platform.report.portal);
  const args = ['service', 'create', '--template', 'node-service', '--name', 'shop', '--wait'];
  await platform.cli(args);
  const places = await placesOf(platform, 'shop');
  for (const place of places.filter(isWanted)) await draw(page, place, platform.report.portal);
}

async function draw(page: Page, place: Place, portal: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: width > 600 ? 800 : 844 });
      await page.goto(new URL(place.path, portal).href);
      await page.getByText(place.shows).first().waitFor();
      // Parts that are still being read belong to the picture; what never ends does not hold it up.
      const loader = page.locator('.mantine-Loader-root').first();
      await loader.waitFor({ state: 'detached', timeout: 3_000 }).catch(() => {});
      const path = join(folder, `${place.name}-${colorScheme}-${width}.png`);
      await page.screenshot({ path, fullPage: true });
      process.stdout.write(`${path}\n`);
    }
  }
}
