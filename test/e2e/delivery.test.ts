// Somebody's own GitOps repository: a thousand objects of one application, found, compared, synced and taken back in a
// browser.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { noBrowser, startBrowser } from '../browser.ts';
import { eventually, has, type Platform, startPlatform } from '../platform-process.ts';
import { signIn } from '../portal-sign-in.ts';

const noKubectl = (await has('kubectl', ['version', '--client'])) ? false : 'kubectl is not on this machine';
const skip = noKubectl || noBrowser;
const OBJECTS = 1_000;

const REPOSITORY = `
apiVersion: source.slipway.dev/v1alpha1
kind: Repository
metadata: { name: shelves, namespace: team-default }
spec: { owner: default, name: shelves }
`;
const APPLICATION = `
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: shelves, namespace: team-default }
spec:
  project: default
  source: { repoURL: https://git.slipway.internal/default/shelves.git, path: all, targetRevision: main }
  destination: { name: in-cluster, namespace: default-dev }
`;

let platform: Platform;
let browser: Browser;
let page: Page;
let copy: string;

before(async () => {
  if (skip) return;
  platform = await startPlatform();
  await platform.kubectl(['apply', '-f', '-'], REPOSITORY);
  await platform.kubectl(['wait', '--for=condition=Ready', 'repository/shelves', '-n', 'team-default']);
  copy = join(platform.home, 'shelves');
  const { host } = new URL(platform.report.portal);
  await platform.git(['clone', '--quiet', `https://git.${host}/default/shelves.git`, copy]);
  await push('first');
  await platform.kubectl(['apply', '-f', '-'], APPLICATION);
  browser = await startBrowser();
  page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
  page.setDefaultTimeout(20_000);
  await signIn(page, platform);
});
after(async () => {
  await browser?.close();
  await platform?.stop();
});

/** A thousand ConfigMaps, one of which says something of its own. */
async function push(value: string): Promise<void> {
  const names = Array.from({ length: OBJECTS }, (_, at) => `shelf-${String(at).padStart(4, '0')}`);
  const documents = names.map(name => {
    const data = { books: name === 'shelf-0500' ? value : 'none' };
    return JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });
  });
  await mkdir(join(copy, 'all'), { recursive: true });
  await writeFile(join(copy, 'all', 'shelves.yaml'), documents.join('\n---\n'));
  await platform.git(['add', '.'], copy);
  await platform.git(['commit', '--quiet', '-m', `${value} book`], copy);
  await platform.git(['push', '--quiet', 'origin', 'HEAD:main'], copy);
}

const at = (path: string) => `${platform.report.portal.replace(/\/$/, '')}${path}`;
const booksAre = (value: string) =>
  eventually(`the shelf says ${value}`, 20_000, async () => {
    const output = ['-n', 'default-dev', '-o', 'jsonpath={.data.books}'];
    const found = await platform.kubectl(['get', 'configmap', 'shelf-0500', ...output]);
    return found === value ? true : undefined;
  });
const resources = () => page.getByRole('list', { name: 'Resources' }).getByRole('listitem');

test('what needs a look stands first among the applications, and is found by its name', {
  skip,
}, async () => {
  await page.goto(at('/delivery'));
  await page.getByRole('textbox', { name: 'Find' }).fill('shelves');
  await page.getByText('1 of 1').waitFor();
  await page.getByRole('checkbox', { name: 'Only what needs a look' }).check();
  await page.getByRole('link', { name: 'shelves' }).click();
  await page.getByRole('heading', { name: 'shelves' }).waitFor();
});

test('a click syncs a thousand objects; one of them is found by its name and read', { skip }, async () => {
  await page
    .locator('.count', { hasText: 'Missing' })
    .filter({ hasText: String(OBJECTS) })
    .waitFor();
  await page.getByRole('button', { name: 'Sync now' }).click();
  await page.getByText(`${OBJECTS} shown; ${OBJECTS} in the source`).waitFor();
  await booksAre('first');
  await page.getByText('Synced').first().waitFor();
  assert.equal(await resources().count(), OBJECTS);
  await page.getByRole('textbox', { name: 'Find' }).fill('shelf-0500');
  assert.equal(await resources().count(), 1);
  await page.getByRole('button', { name: /shelf-0500/ }).click();
  await page.getByText('books: first').waitFor();
});

test('what differs is shown, line by line, before it is synced', { skip }, async () => {
  await push('second');
  await page.getByRole('button', { name: 'Compare again' }).click();
  const row = resources().first();
  await row.getByText('OutOfSync').waitFor();
  await row.getByText('Difference').click();
  await page.getByText('-  books: first').waitFor();
  await page.getByText('+  books: second').waitFor();
  await page.getByRole('button', { name: 'Sync now' }).click();
  await booksAre('second');
});

test('a click takes it back to what was delivered before', { skip }, async () => {
  await page
    .getByRole('button', { name: /^Roll back to / })
    .first()
    .click();
  await booksAre('first');
  await page.getByText('OutOfSync').first().waitFor();
});
