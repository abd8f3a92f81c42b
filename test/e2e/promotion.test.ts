// From development to production and back with two people: one promotes, another approves in a real browser.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { noBrowser, startBrowser } from '../browser.ts';
import { axeFindings, overflow } from '../page-checks.ts';
import { eventually, has, type Platform, startPlatform } from '../platform-process.ts';
import { signIn } from '../portal-sign-in.ts';

interface Report {
  name: string;
  phase: string;
  message: string;
  image: string;
  promotedBy: string;
  commit?: string;
}

const skip =
  noBrowser || ((await has('kubectl', ['version', '--client'])) ? false : 'kubectl is not on this machine');
/** Neither members of the team nor administrators. */
const APPROVERS = 'release-managers';
let platform: Platform;
let browser: Browser;
let page: Page;
const tokens = { ann: '', bob: '' };
const images: string[] = [];

before(async () => {
  if (skip) return;
  platform = await startPlatform();
  const file = join(platform.home, 'platform.yaml');
  await writeFile(file, definition);
  await platform.cli(['apply', '-f', file]);
  tokens.ann = await person('ann', []);
  tokens.bob = await person('bob', [APPROVERS]);
  const groups = JSON.stringify({ spec: { groups: ['platform-admins', APPROVERS] } });
  await platform.kubectl(['patch', 'users.identity.slipway.dev', 'admin', '--type=merge', '-p', groups]);
  await pushVersion('one');
  browser = await startBrowser();
  page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
  page.setDefaultTimeout(15_000);
  await signIn(page, platform);
});
after(async () => {
  await browser?.close();
  await platform?.stop();
});

const definition = `apiVersion: slipway.dev/v1alpha1
kind: Platform
metadata: { name: slipway }
spec:
  environments:
    - name: dev
    - name: prod
      promotion:
        from: dev
        requires:
          - { approval: { group: ${APPROVERS}, count: 1 } }
          - { checks: [tests, sbom] }
  teams:
    - { name: default, members: ["user:ann"] }
`;

/** Makes a user; the path of a file with a token for it. */
async function person(name: string, groups: string[]): Promise<string> {
  const user = {
    apiVersion: 'identity.slipway.dev/v1alpha1',
    kind: 'User',
    metadata: { name },
    spec: { groups },
  };
  await platform.kubectl(['apply', '-f', '-'], JSON.stringify(user));
  const path = join(platform.home, `${name}.token`);
  const { token } = await platform.json<{ token: string }>(['token', 'create', '--user', name]);
  await writeFile(path, token, { mode: 0o600 });
  return path;
}

/** The first version is imported, others are pushed; resolves when dev answers with it. */
async function pushVersion(version: string): Promise<void> {
  const folder = join(platform.home, `shop-${version}`);
  const server = `import { createServer } from 'node:http';\ncreateServer((_, answer) => answer.end('version ${version}')).listen(process.env.PORT);\n`;
  const isFirst = images.length === 0;
  if (isFirst) await mkdir(folder);
  if (!isFirst) await platform.git(['clone', '--quiet', await cloneUrl(), folder]);
  const manifest = { name: 'shop', version: '1.0.0', type: 'module', scripts: { start: 'node server.js' } };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'server.js'), server);
  if (isFirst) await platform.cli(['service', 'import', folder, '--name', 'shop', '--wait']);
  if (!isFirst) await platform.git(['commit', '--quiet', '--all', '--message', `version ${version}`], folder);
  if (!isFirst) await platform.git(['push', '--quiet', 'origin', 'HEAD:main'], folder);
  await answers('dev', `version ${version}`);
  images.push((await environments()).dev ?? '');
}

async function cloneUrl(): Promise<string> {
  const [shop] = await platform.json<{ repository: string }[]>(['service', 'list']);
  return shop?.repository ?? '';
}

async function environments(): Promise<Record<string, string | undefined>> {
  const [shop] = await platform.json<{ environments: { name: string; image?: string }[] }[]>([
    'service',
    'list',
  ]);
  return Object.fromEntries((shop?.environments ?? []).map(({ name, image }) => [name, image]));
}

async function answers(environment: string, text: string): Promise<void> {
  const { port } = new URL(platform.report.portal);
  const url = `https://shop.${environment}.slipway-apps.localhost:${port}`;
  await eventually(`${environment} answers ${text}`, 60_000, async () =>
    (await platform.fetch(url)).body.includes(text) ? true : undefined,
  );
}

function show(name: string): Promise<Report> {
  return platform.json<Report>(['promotion', 'show', name]);
}

/** Resolves with the promotion when it is in this phase. */
async function reaches(name: string, phase: string): Promise<Report> {
  return eventually(`${name} is ${phase}`, 60_000, async () => {
    const report = await show(name);
    return report.phase === phase ? report : undefined;
  });
}

let first: Report;

test('a member of the team promotes; it waits for the group that the definition names', {
  skip,
}, async () => {
  first = await platform.json<Report>([
    'service',
    'promote',
    'shop',
    '--reason',
    'first release',
    '--token-file',
    tokens.ann,
  ]);
  assert.equal(first.phase, 'Waiting');
  assert.equal(first.promotedBy, 'ann');
  assert.match(first.message, /waits for 1 approval of group release-managers/);
  assert.equal(first.image, images[0]);
});

test('who is not in the group approves in vain, and is told why', { skip }, async () => {
  const own = platform.cli(['promotion', 'approve', first.name, '--token-file', tokens.ann]);
  await assert.rejects(own, /does not count: .*wants group release-managers, and ann is in/);
  assert.equal((await show(first.name)).phase, 'Waiting');
});

test('an approver finds it at home, reads the difference, approves, and it goes live', {
  skip,
  timeout: 90_000,
}, async () => {
  await page.goto(platform.report.portal);
  await page.getByText('Waits for your approval').waitFor();
  await page.getByRole('link', { name: 'shop to prod' }).click();
  await page.getByRole('region', { name: 'Difference of Deployment/shop' }).waitFor();
  await page.getByText('0 of 1 by group release-managers').waitFor();
  assert.deepEqual(await axeFindings(page), []);
  await page.getByLabel('Reason').fill('tried it in dev');
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByText('healthy in prod').waitFor({ timeout: 60_000 });
  await page.getByText('Approved by admin').waitFor();
  await answers('prod', 'version one');
});

test('the environment’s repository says who promoted and who approved', { skip }, async () => {
  const folder = join(platform.home, 'prod');
  await platform.git([
    'clone',
    '--quiet',
    (await cloneUrl()).replace(/shop\.git$/, 'environment-prod.git'),
    folder,
  ]);
  const log = await platform.git(['log', '-1', '--format=%an%n%B'], folder);
  assert.match(log, /^ann\nshop: /);
  assert.match(log, new RegExp(`^Promotion: team-default/${first.name}$`, 'm'));
  assert.match(log, /^Approved-by: admin </m);
});

test('what is decided does not change any more', { skip }, async () => {
  const patch = ['patch', 'promotion', first.name, '-n', 'team-default', '--type=merge', '-p'];
  await assert.rejects(
    platform.kubectl([...patch, '{"spec":{"reason":"other"}}']),
    /decided and does not change/,
  );
  const forged = {
    metadata: { annotations: { 'slipway.dev/created-by': '{"username":"eve","groups":[]}' } },
  };
  await platform.kubectl([...patch, JSON.stringify(forged)]);
  const kept = await platform.kubectl(['get', 'promotion', first.name, '-n', 'team-default', '-o', 'json']);
  assert.match(JSON.parse(kept).metadata.annotations['slipway.dev/created-by'], /"ann"/);
});

test('the same image is not promoted twice, and an unknown environment is named', { skip }, async () => {
  const args = ['service', 'promote', 'shop', '--token-file', tokens.ann];
  await assert.rejects(platform.cli(args), /runs in prod already/);
  await assert.rejects(
    platform.cli([...args, '--to', 'moon']),
    /environment \\?"moon\\?": the platform has none of this name/,
  );
});

test('a person promotes from the matrix; killed at any moment, it is promoted once', {
  skip,
  timeout: 120_000,
}, async () => {
  await pushVersion('two');
  await page.goto(new URL('/environments', platform.report.portal).href);
  await page.getByRole('button', { name: 'Promote from dev: shop to prod' }).click();
  await page.waitForURL(/\/promotions\//);
  const name = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  await page.getByRole('region', { name: 'Difference of Deployment/shop' }).waitFor();
  await page.getByText('version two', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByText(/It does not count: .*admin promotes; somebody else/).waitFor();
  await platform.cli(['promotion', 'approve', name, '--token-file', tokens.bob]);
  await platform.crash();
  await platform.restart();
  await reaches(name, 'Promoted');
  await answers('prod', 'version two');
  const folder = join(platform.home, 'after-crash');
  await platform.git([
    'clone',
    '--quiet',
    (await cloneUrl()).replace(/shop\.git$/, 'environment-prod.git'),
    folder,
  ]);
  const log = await platform.git(['log', '--format=%B'], folder);
  assert.equal(log.split(`Promotion: team-default/${name}\n`).length - 1, 1, log);
});

test('one click undoes it, by the same rules and without a build', { skip, timeout: 90_000 }, async () => {
  const builds = await platform.kubectl(['get', 'builds', '-n', 'team-default', '-o', 'name']);
  const [newest] = await platform.json<Report[]>(['promotion', 'list']);
  await signIn(page, platform).catch(() => {});
  await page.goto(new URL(`/promotions/team-default/${newest?.name}`, platform.report.portal).href);
  await page.getByRole('button', { name: /^Undo: bring back/ }).click();
  await page.getByRole('heading', { name: 'Roll back shop in prod' }).waitFor();
  assert.deepEqual(await overflow(page), []);
  const name = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  await platform.cli(['promotion', 'approve', name, '--token-file', tokens.bob]);
  await page.getByText('healthy in prod').waitFor({ timeout: 60_000 });
  await answers('prod', 'version one');
  assert.equal((await environments()).prod, images[0]);
  assert.equal(await platform.kubectl(['get', 'builds', '-n', 'team-default', '-o', 'name']), builds);
});

test('a rollback of the first environment stays until the next push', { skip, timeout: 90_000 }, async () => {
  await platform.cli([
    'service',
    'rollback',
    'shop',
    '--environment',
    'dev',
    '--wait',
    '--token-file',
    tokens.ann,
  ]);
  await answers('dev', 'version one');
  assert.equal((await environments()).dev, images[0]);
});
