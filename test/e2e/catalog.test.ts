// The catalog in a real browser: the palette by keyboard, filters in the address, an entity's relations, documents and
// interface; with ten thousand entities: test/slow/large-catalog.test.ts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { noBrowser as skip, startBrowser } from '../browser.ts';
import { axeFindings } from '../page-checks.ts';
import { type Platform, startPlatform } from '../platform-process.ts';
import { signIn } from '../portal-sign-in.ts';

const README =
  '# Billing\n\nRead [more](docs/more.md) or <script>alert(1)</script> [this](javascript:alert(2)).\n';
const FILES: Record<string, string> = {
  'README.md': README,
  'docs/more.md': '## What more there is\n',
  'catalog-info.yaml': `apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: billing, tags: [money] }
spec: { type: service, lifecycle: production, owner: default, system: shopping, providesApis: [billing-api], dependsOn: ['resource:ledger'] }
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: { name: shopping }
spec: { owner: default }
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: { name: billing-api }
spec:
  type: openapi
  lifecycle: production
  owner: default
  definition: |
    openapi: 3.1.0
    info: { title: Billing, version: 1.2.0 }
    paths:
      /bills/{id}:
        get:
          summary: Reads a bill
          parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
          responses:
            '200': { description: the bill, content: { application/json: { schema: { $ref: '#/components/schemas/Bill' } } } }
    components:
      schemas:
        Bill:
          type: object
          required: [total]
          properties: { total: { type: integer }, of: { $ref: '#/components/schemas/Bill' } }
`,
};

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
  await pushRepository();
});
after(async () => {
  await browser?.close();
  await platform?.stop();
});

const go = (path: string) => page.goto(new URL(path, platform.report.portal).href);

/** A repository with a catalog file, over Gitea's own API, as the signed-in person. */
async function pushRepository(): Promise<void> {
  const post = (path: string, body: object) =>
    page.evaluate(
      async ([url, text]) => {
        const headers = { 'content-type': 'application/json' };
        return (await fetch(url, { method: 'POST', headers, body: text })).status;
      },
      [`/apis-of/gitea/api/v1${path}`, JSON.stringify(body)] as const,
    );
  assert.equal(await post('/orgs/default/repos', { name: 'billing', auto_init: false }), 201);
  const files = Object.entries(FILES).map(([path, text]) => ({
    operation: 'create',
    path,
    content: Buffer.from(text).toString('base64'),
  }));
  assert.equal(
    await post('/repos/default/billing/contents', { files, message: 'First', branch: 'main' }),
    201,
  );
}

test('the palette reaches pages, entities and actions by keyboard, and says how many it found', {
  skip,
}, async () => {
  await go('/');
  await page.getByRole('button', { name: /Go to/ }).waitFor();
  await page.keyboard.press('Control+k');
  const box = page.getByRole('combobox', { name: /Page, service/ });
  await box.waitFor();
  assert.deepEqual(await axeFindings(page), []);
  await page.keyboard.type('audit');
  await page.getByRole('option', { name: /Audit/, selected: true }).waitFor();
  await page.getByRole('status').filter({ hasText: /found/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/platform\/audit$/);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('billing-api');
  await page.getByRole('option', { name: /billing-api API/, selected: true }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/catalog\/api\/default\/billing-api$/);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('zzzz');
  await page.getByText('Nothing has this name').waitFor();
  await page.keyboard.press('Escape');
  await box.waitFor({ state: 'detached' });
});

test('filters stand in the address, and the back button takes them back', { skip }, async () => {
  await go('/catalog');
  await page.getByRole('link', { name: 'billing', exact: true }).waitFor();
  await page.getByLabel('Kind').selectOption('api');
  await page.waitForURL(/kind=api/);
  await page.getByRole('link', { name: 'billing', exact: true }).waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'billing-api' }).waitFor();
  await page.goBack();
  await page.getByRole('link', { name: 'billing', exact: true }).waitFor();
  assert.equal(await page.getByLabel('Kind').inputValue(), '');
  await page.getByLabel('Text').fill('shopp');
  await page.waitForURL(/q=shopp/);
  await page.getByText('1 entity', { exact: true }).waitFor();
  await page.reload();
  await page.getByRole('link', { name: 'shopping' }).waitFor();
  assert.equal(await page.getByLabel('Text').inputValue(), 'shopp');
});

test('an entity shows what it belongs to, as a picture whose boxes are links, and what is wrong with it', {
  skip,
}, async () => {
  await go('/catalog/component/default/billing');
  await page.getByText('dependsOn resource:default/ledger: there is no such entity').waitFor();
  await page.getByRole('link', { name: 'Relations' }).click();
  const picture = page.getByRole('navigation', { name: 'Relations' });
  await picture.getByRole('link', { name: /shopping system · part of/ }).waitFor();
  await picture.getByRole('link', { name: /billing-api/ }).waitFor();
  assert.deepEqual(await axeFindings(page), []);
  await picture.getByRole('link', { name: /shopping/ }).click();
  await page.waitForURL(/\/catalog\/system\/default\/shopping$/);
  await page.getByRole('link', { name: 'Relations' }).click();
  await page.getByText('has part').first().waitFor();
});

test('documentation is set from Markdown, without any of its HTML or scripts', { skip }, async () => {
  await go('/catalog/component/default/billing?tab=docs');
  await page.getByRole('heading', { name: 'Billing', exact: true, level: 2 }).waitFor();
  await page.getByText('<script>').first().waitFor();
  assert.equal(await page.getByRole('link', { name: 'this' }).count(), 0);
  await page.getByRole('link', { name: 'more' }).click();
  await page.getByRole('heading', { name: 'What more there is' }).waitFor();
});

test('an interface shows operations, parameters and schemas; one that holds itself ends', {
  skip,
}, async () => {
  await go('/catalog/api/default/billing-api?tab=api');
  await page.getByText('GET /bills/{id} Reads a bill').click();
  await page.getByRole('row').filter({ hasText: 'required' }).filter({ hasText: 'path' }).waitFor();
  await page.getByText('total').first().waitFor();
  assert.deepEqual(await axeFindings(page), []);
});

test('an entity’s YAML and its command are there to be copied', { skip }, async () => {
  await go('/catalog/system/default/shopping');
  await page.getByText('Show YAML').click();
  await page
    .getByRole('region', { name: 'YAML' })
    .getByText(/kind: System/)
    .waitFor();
  await page.getByText(/--field-selector metadata\.name=system\.shopping/).waitFor();
});
