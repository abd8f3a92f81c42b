// A service goes as it came: what it made is listed and removed, and the platform is as it was before.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { noBrowser, startBrowser } from '../browser.ts';
import { axeFindings } from '../page-checks.ts';
import { eventually, has, type Platform, slipway, startPlatform } from '../platform-process.ts';
import { signIn } from '../portal-sign-in.ts';
import { blobs, differences, type Snapshot, snapshot, unaccountedBlobs } from '../whole-platform.ts';

const kubectl = (await has('kubectl', ['version', '--client'])) ? false : 'kubectl is not on this machine';
const options = { skip: kubectl };

interface Status {
  phase: string;
  message: string;
  confirmedBy: string;
  counts: { remove: number; keep: number; gone: number };
  items: { kind: string; name: string; action: string; because: string; state: string; part: string }[];
}

let platform: Platform;
let clean: Snapshot;
let cleanBlobs: Set<string>;

const create = (name: string, ...more: string[]) =>
  platform.json<{ repository: string; environments: { url: string }[] }>([
    ...['service', 'create', '--name', name, '--timeout', '90'],
    ...more,
  ]);
const retire = (name: string, ...more: string[]) =>
  platform.json<Status>(['service', 'retire', name, '--yes', '--wait', '--timeout', '60', ...more]);
const names = async (what: string, ...more: string[]) => {
  const list = JSON.parse(await platform.kubectl(['get', what, '-o', 'json', ...more]));
  return list.items.map((item: { metadata: { name: string } }) => item.metadata.name) as string[];
};
const IN_TEAM = ['-n', 'team-default'];
const TEAM = 'team-default';

/** Only receipts are left; they are the owner's to delete. */
async function withoutReceipts(): Promise<Snapshot> {
  await platform.kubectl(['delete', 'retirements', '--all', ...IN_TEAM]);
  return snapshot(platform);
}

/** One whose pipeline has run: its image, its checks and its run go as well. */
async function openChange(repository: string): Promise<void> {
  const copy = join(platform.home, 'shop');
  await platform.git(['clone', '--quiet', repository, copy]);
  await platform.git(['checkout', '--quiet', '-b', 'faster'], copy);
  await platform.git(['commit', '--quiet', '--allow-empty', '-m', 'Answer faster'], copy);
  await platform.git(['push', '--quiet', 'origin', 'faster'], copy);
  await platform.cli(['change', 'create', 'shop', '--head', 'faster', '--title', 'Answer faster']);
  await eventually('its pipeline has run', 60_000, async () => {
    const { stdout } = await platform.cli(['change', 'show', 'shop', '1']);
    return /pipeline\/shop: success/.test(stdout) ? true : undefined;
  });
}

before(async () => {
  if (kubectl) return;
  platform = await startPlatform();
  // What all services of a team share (environments' repositories, a builder that ran once) is there before.
  await create('first', '--wait');
  const requires = [{ approval: { group: 'platform-admins', count: 1 } }];
  const rule = JSON.stringify({ spec: { promotion: { requires } } });
  await platform.kubectl(['patch', 'environments.slipway.dev', 'prod', '--type=merge', '-p', rule]);
  clean = await snapshot(platform);
  cleanBlobs = new Set(await blobs(platform));
});
after(() => platform?.stop());

test('without a terminal it lists everything, removes nothing, and says what to add', options, async () => {
  const { repository } = await create('shop', '--wait');
  await openChange(repository);
  // One that nobody decides on.
  await platform.cli(['service', 'promote', 'shop']);
  const { code, stderr } = await slipway(['service', 'retire', 'shop'], platform.home);
  assert.equal(code, 2);
  assert.match(stderr, /slipway service retire shop --yes/);
  for (const kind of [
    'Promotion',
    'Deployment',
    'HTTPRoute',
    'Pod',
    'Workflow',
    'Build',
    'Image',
    'Folder',
    'Entity',
  ])
    assert.match(stderr, new RegExp(`remove .*\\b${kind} `), `${kind} is in the list`);
  assert.match(stderr, /remove .*Image default\/shop\/changes@/, 'what was built to try a change');
  assert.match(stderr, /remove .*ChangeRequest team-default\/shop\.1/);
  assert.ok((await names('workloads', ...IN_TEAM)).includes('shop'));
  assert.deepEqual(await names('retirements', ...IN_TEAM), [], 'the list itself is not left behind');
});

test('a retired service leaves nothing behind: the whole platform is as it was', options, async () => {
  const status = await retire('shop');
  assert.equal(status.phase, 'Retired');
  assert.equal(status.counts.gone, status.counts.remove);
  assert.equal(status.confirmedBy, 'local-admin');
  const after = await eventually('nothing is left', 20_000, async () => {
    const now = await withoutReceipts();
    const different = differences(clean, now);
    if (different.length > 0) throw new Error(different.join('\n'));
    return now;
  });
  assert.deepEqual(differences(clean, after), []);
  assert.deepEqual(await unaccountedBlobs(platform, cleanBlobs), [], 'the collector knows of every blob');
});

test('its name can be taken again, and what is kept stays', options, async () => {
  await create('shop', '--wait');
  const status = await retire('shop', '--keep', 'repository,images');
  assert.deepEqual(
    status.items
      .filter(({ action }) => action === 'Keep')
      .map(({ kind }) => kind)
      .sort(),
    ['Entity', 'Entity', 'Image', 'Repository', 'Repository'],
  );
  const left = differences(clean, await withoutReceipts()).map(line => line.replace(/\n.*/s, ''));
  assert.deepEqual(
    // Its own files, and engines' copies of them, are not told one by one.
    left.filter(line => !/^left behind: file engines\/.*(shop\.git|\/git\/[0-9a-f]{24}\.)/.test(line)),
    [
      'left behind: git files default/shop.git',
      'left behind: git refs default/shop.git',
      'left behind: object catalog.slipway.dev/v1alpha1 Entity team-default/component.shop',
      'left behind: object catalog.slipway.dev/v1alpha1 Entity team-default/location.repository-shop',
      'left behind: object source.slipway.dev/v1alpha1 Repository team-default/shop',
      'left behind: registry default/shop',
    ],
  );
});

test(
  'kubectl retires a service while it deploys, and a kill -9 in between is no matter',
  options,
  async () => {
    await create('cart');
    await eventually('its pipeline runs', 30_000, async () =>
      (await names('workflows', ...IN_TEAM)).some(name => name.startsWith('cart-')) ? true : undefined,
    );
    const metadata = { name: 'cart-goes', namespace: TEAM };
    const wish = { apiVersion: 'slipway.dev/v1alpha1', kind: 'Retirement', metadata };
    const file = join(platform.home, 'retirement.json');
    await writeFile(file, JSON.stringify({ ...wish, spec: { workload: 'cart', confirm: 'cart' } }));
    await platform.kubectl(['create', '-f', file]);
    const phase = async () =>
      platform.kubectl(['get', 'retirement', 'cart-goes', ...IN_TEAM, '-o', 'jsonpath={.status.phase}']);
    await eventually('it removes', 30_000, async () => ((await phase()) === 'Removing' ? true : undefined));
    await platform.crash();
    await platform.restart();
    await eventually('it is retired', 90_000, async () => ((await phase()) === 'Retired' ? true : undefined));
    const left = (await eventually('nothing is left of it', 20_000, async () => {
      const found = differences(clean, await snapshot(platform)).filter(line => /\bcart/.test(line));
      return found.every(line => line.includes('Retirement')) ? found : undefined;
    })) as string[];
    assert.equal(left.length, 1, 'the receipt');
  },
);

test('twice, or for nothing: it says so and touches nothing', options, async () => {
  const missing = await slipway(['service', 'retire', 'nobody', '--yes'], platform.home);
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /nobody: there is none/);
  const wrong = await slipway(['service', 'retire', 'first', '--keep', 'everything', '--yes'], platform.home);
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /repository, images, data/);
  const typo = { apiVersion: 'slipway.dev/v1alpha1', kind: 'Retirement' };
  const spec = { workload: 'first', confirm: 'frist' };
  const object = { ...typo, metadata: { name: 'x', namespace: TEAM }, spec };
  await assert.rejects(
    platform.kubectl(['create', '-f', '-'], JSON.stringify(object)),
    /name of the service/,
  );
  await platform.kubectl(['annotate', 'workload', 'first', 'slipway.dev/keep=true', ...IN_TEAM]);
  const kept = await slipway(['service', 'retire', 'first', '--yes'], platform.home);
  assert.match(kept.stderr, /slipway\.dev\/keep/);
  assert.ok((await names('workloads', ...IN_TEAM)).includes('first'));
});

test('in the portal: the list, what to keep, the name once more', {
  skip: kubectl || noBrowser,
}, async () => {
  await platform.kubectl(['annotate', 'workload', 'first', 'slipway.dev/keep-', ...IN_TEAM]);
  const browser = await startBrowser();
  try {
    const page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
    page.setDefaultTimeout(15_000);
    await signIn(page, platform);
    await page.goto(new URL(`/services/${TEAM}/first`, platform.report.portal).href);
    await page.getByRole('button', { name: 'Retire …' }).click();
    await page.getByRole('heading', { name: /^To be removed/ }).waitFor();
    const confirm = page.getByRole('button', { name: 'Retire first' });
    assert.ok(await confirm.isDisabled(), 'nothing goes before the name is typed');
    await page.getByLabel('Images').check();
    await page.getByRole('heading', { name: 'Stays (2)' }).waitFor();
    await page.getByText('slipway service retire first --keep images --wait').waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.getByLabel('Type first to confirm').fill('frist');
    assert.ok(await confirm.isDisabled());
    await page.getByLabel('Type first to confirm').fill('first');
    await confirm.click();
    await page.getByText(/first is retired/).waitFor();
    assert.deepEqual(await axeFindings(page), []);
  } finally {
    await browser.close();
  }
  const receipts = JSON.parse(await platform.kubectl(['get', 'retirements', ...IN_TEAM, '-o', 'json']));
  const receipt = receipts.items.find(
    (each: { spec: { workload: string } }) => each.spec.workload === 'first',
  );
  assert.equal(receipt.status.confirmedBy, 'admin', 'the person, not the portal');
  assert.deepEqual(await names('workloads', ...IN_TEAM), []);
});
