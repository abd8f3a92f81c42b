// What is asked of every page: no findings by axe, everything by keyboard, nothing beside the window.
import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import type { Platform } from './platform-process.ts';
import type { Place } from './portal-places.ts';

/** What axe-core finds, with every rule that it has on by default: the rule and the elements. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(
    () => (globalThis as unknown as { axe: typeof axe }).axe.run() as Promise<axe.AxeResults>,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(node => `${id}: ${node.html} ${node.any.map(each => each.message).join('; ')}`),
  );
}

/** Controls that the Tab key does not come to, or that do not show that they have the focus. */
export async function unreachable(page: Page): Promise<string[]> {
  const count = await page.evaluate(() => {
    const focusable = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
    const controls = [...document.querySelectorAll<HTMLElement>(focusable)].filter(
      each =>
        each.checkVisibility({ visibilityProperty: true }) && !each.matches(':disabled, [tabindex="-1"]'),
    );
    for (const each of controls) each.dataset.reached = 'no';
    document.addEventListener('focusin', ({ target }) => {
      const focused = target as HTMLElement;
      if (focused.dataset.reached !== 'yes')
        focused.dataset.reached = getComputedStyle(focused).outlineStyle === 'none' ? 'unseen' : 'yes';
    });
    (document.activeElement as HTMLElement | null)?.blur();
    return controls.length;
  });
  // Leaving the page is a stop of its own, so are what scrolls and the parts of a date.
  let left = count;
  for (let stops = 3 * count + 20; left > 0 && stops > 0; ) {
    // Each control that is left takes a stop at least.
    const presses = Math.min(left, stops);
    for (let press = 0; press < presses; press++) await page.keyboard.press('Tab');
    stops -= presses;
    left = await page.evaluate(() => document.querySelectorAll('[data-reached="no"]').length);
  }
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[data-reached]')]
      .filter(each => each.dataset.reached !== 'yes')
      .map(each => `${each.dataset.reached}: ${each.outerHTML.slice(0, 200)}`),
  );
}

/** By how many pixels the page is wider than its window, when it is. */
export async function overflow(page: Page): Promise<string[]> {
  const [content = 0, window = 0] = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return [scrollWidth, clientWidth];
  });
  return content > window ? [`${content - window} pixels too wide`] : [];
}

/** Goes to every place, and gathers what a check finds there. @throws AssertionError that lists all of it */
export async function onEveryPlace(
  { platform, page, places }: { platform: Platform; page: Page; places: Place[] },
  check: (place: Place) => Promise<unknown[]>,
): Promise<void> {
  const found: unknown[] = [];
  for (const place of places) {
    await page.goto(new URL(place.path, platform.report.portal).href);
    await page.getByText(place.shows).first().waitFor();
    for (const problem of await check(place)) found.push({ place: place.name, problem });
  }
  assert.deepEqual(found, []);
}
