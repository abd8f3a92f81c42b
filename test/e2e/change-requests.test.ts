// A change from its branch to its merge: pushed with git, opened in the terminal, reviewed and merged in a browser.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { noBrowser, startBrowser } from '../browser.ts';
import { eventually, has, type Platform, startPlatform } from '../platform-process.ts';
import { signIn } from '../portal-sign-in.ts';

const noKubectl = (await has('kubectl', ['version', '--client'])) ? false : 'kubectl is not on this machine';
const skip = noKubectl || noBrowser;

const REPOSITORY = `
apiVersion: source.slipway.dev/v1alpha1
kind: Repository
metadata: { name: books, namespace: team-default }
spec: { owner: default, name: books, description: What people read }
---
apiVersion: source.slipway.dev/v1alpha1
kind: BranchProtection
metadata: { name: books.main, namespace: team-default }
spec: { repository: books, rule: main, requiredApprovals: 1 }
`;

let platform: Platform;
let browser: Browser;
let page: Page;
let copy: string;

before(async () => {
  if (skip) return;
  platform = await startPlatform();
  await platform.kubectl(['apply', '-f', '-'], REPOSITORY);
  await platform.kubectl(['wait', '--for=condition=Ready', 'repository/books', '-n', 'team-default']);
  copy = join(platform.home, 'books');
  const git = new URL(platform.report.portal);
  const url = `https://git.${git.host}/default/books.git`;
  await platform.git(['clone', '--quiet', url, copy]);
  await commit({ 'README.md': '# Books\n\nWhat people **read**.\n', 'list.txt': 'one\ntwo\nthree\n' });
  await platform.git(['push', '--quiet', 'origin', 'HEAD:main'], copy);
  browser = await startBrowser();
  page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
  page.setDefaultTimeout(15_000);
  await signIn(page, platform);
});
after(async () => {
  await browser?.close();
  await platform?.stop();
});

async function commit(files: Record<string, string>): Promise<void> {
  for (const [path, content] of Object.entries(files)) await writeFile(join(copy, path), content);
  await platform.git(['add', '.'], copy);
  await platform.git(['commit', '--quiet', '-m', `change ${Object.keys(files)}`], copy);
}

async function refused(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => assert.fail('it was not refused'),
    each => each as { stderr: string },
  );
  return error.stderr;
}

const at = (path: string) => `${platform.report.portal.replace(/\/$/, '')}/repositories${path}`;

test('a push to a protected branch is refused, and a change is opened instead', { skip }, async () => {
  await platform.git(['checkout', '--quiet', '-b', 'more'], copy);
  await commit({ 'list.txt': 'one\nzwei\nthree\nfour\n' });
  const answer = await refused(platform.git(['push', 'origin', 'HEAD:main'], copy));
  assert.match(answer, /"main" is protected: push another branch and open a change request/);
  await platform.git(['push', '--quiet', 'origin', 'more'], copy);
  const create = ['change', 'create', 'default/books', '--head', 'more', '--title', 'Four books'];
  const { stdout } = await platform.cli([...create, '--body', 'Because *four* is more.']);
  assert.match(stdout, /^#1 is open: Four books/);
  const { stdout: list } = await platform.cli(['change', 'list', 'books']);
  assert.match(list, /1 +open +more -> main +\S+ +Four books/);
});

test('its author cannot approve it, and nobody merges it before somebody did', { skip }, async () => {
  assert.match(await refused(platform.cli(['change', 'approve', 'books', '1'])), /approve your own pull/);
  assert.match(await refused(platform.cli(['change', 'merge', 'books', '1'])), /enough approvals: 0 of 1/);
  const { stdout } = await platform.cli(['change', 'show', 'books', '1']);
  assert.match(stdout, /in the way:\n {2}Does not have enough approvals/);
  assert.match(await refused(platform.cli(['change', 'show', 'books', '9'])), /couldn't be found/);
});

test('the portal shows repositories, files, commits and branches', { skip }, async () => {
  await page.goto(at(''));
  await page.getByRole('link', { name: 'books', exact: true }).click();
  await page.getByRole('heading', { name: 'Books' }).waitFor();
  await page.getByRole('link', { name: 'list.txt' }).click();
  await page.getByText('two').waitFor();
  await page.getByRole('link', { name: 'Commits' }).click();
  await page.getByText('change README.md,list.txt').waitFor();
  await page.getByRole('link', { name: 'Branches' }).click();
  await page.getByText('changes only, 1 approval').waitFor();
});

test('a reviewer reads the difference, approves and merges; what blocks it is said first', {
  skip,
}, async () => {
  await page.getByRole('link', { name: 'Changes (1)' }).click();
  await page.getByRole('link', { name: '#1 Four books' }).click();
  await page.getByText('Does not have enough approvals: 0 of 1').waitFor();
  assert.ok(await page.getByRole('button', { name: 'Merge', exact: true }).isDisabled());
  await page.getByRole('link', { name: 'Files (1)' }).click();
  await page.getByText('+ zwei').waitFor();
  await page.getByRole('link', { name: 'Side by side' }).click();
  await page.getByText('- two').waitFor();
  await page.getByRole('button', { name: 'Comment on a line of list.txt' }).click();
  await page.getByLabel('Line', { exact: true }).fill('4');
  await page.getByLabel('Remark').fill('Which **four**?');
  await page.getByRole('button', { name: 'Give the remark' }).click();
  await page.getByRole('article', { name: 'Remark on line 4' }).getByText('Which four?').waitFor();
  const { stdout: shown } = await platform.cli(['change', 'show', 'books', '1']);
  assert.match(shown, /list\.txt:4: Which \*\*four\*\*\?/);
  await page.getByRole('link', { name: 'Conversation' }).click();
  await page.getByRole('link', { name: 'list.txt:4' }).waitFor();
  await page.getByLabel('Comment').fill('Four it is.');
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  await page.getByText('Nothing stands in the way.').waitFor();
  await page.getByText('Approved').waitFor();
  await page.getByRole('button', { name: 'Merge', exact: true }).click();
  await page.getByText(/merged by/).waitFor();
  const { stdout } = await platform.cli(['change', 'list', 'books', '--state', 'merged']);
  assert.match(stdout, /merged/);
  await platform.git(['fetch', '--quiet', 'origin', 'main'], copy);
  const merged = await platform.git(['show', 'FETCH_HEAD:list.txt'], copy);
  assert.match(merged, /^four$/m);
});

test('the audit says who opened, reviewed and merged', { skip }, async () => {
  const resource = [
    '--resource',
    'changerequests.source.slipway.dev',
    '--door',
    'git',
    '--outcome',
    'allowed',
  ];
  const { items } = await platform.json<{
    items: { spec: { verb: string; actor: string; object: string } }[];
  }>(['audit', 'list', ...resource]);
  const told = items.map(({ spec }) => `${spec.verb} ${spec.object.split(' ')[0]}`);
  const review = 'review default/books#1';
  assert.deepEqual(told, ['merge default/books#1', review, review, 'open default/books#1']);
  assert.notEqual(items[0]?.spec.actor, items[3]?.spec.actor);
});

test('a change is opened in the portal too', { skip }, async () => {
  await platform.git(['checkout', '--quiet', '-B', 'again', 'FETCH_HEAD'], copy);
  await commit({ 'list.txt': 'five\n' });
  await platform.git(['push', '--quiet', 'origin', 'again'], copy);
  await page.goto(at('/team-default/books?tab=branches'));
  await page.getByRole('row', { name: /again/ }).getByRole('link', { name: 'Open a change' }).click();
  await page.getByLabel('Title').fill('Only five');
  await page.getByRole('button', { name: 'Open the change' }).click();
  await page.getByRole('heading', { name: '#2 Only five' }).waitFor();
  await page.getByText('It is your own change').waitFor();
});

test('a branch that fell behind is told live, and brought up to its base in one click', {
  skip,
}, async () => {
  const spec = { requiredApprovals: 0, blockOnOutdatedBranch: true };
  const patch = ['--type', 'merge', '--patch', JSON.stringify({ spec })];
  await platform.kubectl(['patch', 'branchprotection', 'books.main', '-n', 'team-default', ...patch]);
  await page.getByText('Nothing stands in the way.').waitFor();
  await platform.git(['checkout', '--quiet', '-B', 'side', 'FETCH_HEAD'], copy);
  await commit({ 'side.txt': 'meanwhile\n' });
  await platform.git(['push', '--quiet', 'origin', 'side'], copy);
  await platform.cli(['change', 'create', 'books', '--head', 'side', '--title', 'Meanwhile']);
  const { stdout } = await platform.cli([
    'change',
    'merge',
    'books',
    '3',
    '--style',
    'squash',
    '--delete-branch',
  ]);
  assert.match(stdout, /#3 is merged into main/);
  await page.getByText('The head branch is behind the base branch').waitFor();
  await page.getByRole('button', { name: 'Merge main into again' }).click();
  await page.getByText('Nothing stands in the way.').waitFor();
  await page.getByRole('link', { name: 'Commits (2)' }).waitFor();
});

const PROTECTION = `
apiVersion: source.slipway.dev/v1alpha1
kind: BranchProtection
metadata: { name: shop.main, namespace: team-default }
spec: { repository: shop, rule: main, enableStatusCheck: true, statusCheckContexts: [pipeline/shop] }
`;
const GUEST = `
apiVersion: v1
kind: ServiceAccount
metadata: { name: guest, namespace: team-default }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: proposes }
rules:
  - { apiGroups: [source.slipway.dev], resources: [repositories], verbs: [get] }
  - { apiGroups: [source.slipway.dev], resources: [changerequests], verbs: [get, list, create] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: guest-proposes, namespace: team-default }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: proposes }
subjects: [{ kind: ServiceAccount, name: guest, namespace: team-default }]
`;

interface Checked {
  status: { headRevision: string; checks?: { context: string; state: string; description: string }[] };
}

/** The check of the service's pipeline on the head of a change, once it is as wanted. */
function checked(number: number, holds: (check: { state: string; description: string }) => boolean) {
  return eventually(`the pipeline of #${number} is looked at`, 60_000, async () => {
    const args = ['get', 'changerequest', `shop.${number}`, '-n', 'team-default', '-o', 'json'];
    const { status } = JSON.parse(await platform.kubectl(args)) as Checked;
    const check = status.checks?.find(({ context }) => context === 'pipeline/shop');
    return check && holds(check) ? check : undefined;
  });
}

const workflows = async () =>
  (await platform.kubectl(['get', 'workflows', '-n', 'team-default', '-o', 'name'])).split('\n');

test('a service’s pipeline runs for a change by itself, and its failure keeps the change out', {
  skip,
}, async () => {
  await platform.cli(['service', 'create', '--template', 'node-service', '--name', 'shop', '--wait']);
  await platform.kubectl(['apply', '-f', '-'], PROTECTION);
  copy = join(platform.home, 'shop');
  await platform.git([
    'clone',
    '--quiet',
    `https://git.${new URL(platform.report.portal).host}/default/shop.git`,
    copy,
  ]);
  await platform.git(['checkout', '--quiet', '-b', 'broken'], copy);
  await commit({
    'test/broken.test.js':
      "import test from 'node:test';\ntest('is broken', () => { throw new Error('no'); });\n",
  });
  await platform.git(['push', '--quiet', 'origin', 'broken'], copy);
  await platform.cli(['change', 'create', 'shop', '--head', 'broken', '--title', 'Break it']);
  const failed = await checked(1, ({ state }) => state === 'failure');
  assert.match(failed.description, /step test/);
  const answer = await refused(platform.cli(['change', 'merge', 'shop', '1']));
  assert.match(answer, /required status checks successful: pipeline\/shop \(failure\)/);
  await page.goto(at('/team-default/shop/changes/1'));
  await page.getByText('pipeline/shop (failure)').waitFor();
  await page.getByRole('link', { name: 'pipeline/shop' }).click();
  await page.waitForURL(/\/pipelines\/team-default\/shop-check-/);
  await page.getByRole('heading', { name: /^shop-check-/ }).waitFor();
});

test('a push runs it again; what passes is merged, and only then delivered', { skip }, async () => {
  const before = await delivered();
  await commit({ 'test/broken.test.js': "import test from 'node:test';\ntest('is well', () => {});\n" });
  await platform.git(['push', '--quiet', 'origin', 'broken'], copy);
  await checked(1, ({ state }) => state === 'success');
  assert.equal(await delivered(), before, 'a change is not delivered');
  await platform.cli(['change', 'merge', 'shop', '1']);
  await platform.git(['fetch', '--quiet', 'origin', 'main'], copy);
  const merged = (await platform.git(['rev-parse', 'FETCH_HEAD'], copy)).trim();
  await eventually('the merge is delivered', 60_000, async () =>
    (await delivered()) === merged ? true : undefined,
  );
});

test('a change of somebody who may not push waits for somebody who may, and runs then', {
  skip,
}, async () => {
  await platform.kubectl(['apply', '-f', '-'], GUEST);
  const token = await platform.kubectl(['create', 'token', 'guest', '-n', 'team-default']);
  const tokenFile = join(platform.home, 'guest.token');
  await writeFile(tokenFile, token.trim(), { mode: 0o600 });
  await platform.git(['checkout', '--quiet', '-B', 'words', 'FETCH_HEAD'], copy);
  await commit({ 'README.md': '# Other words\n' });
  await platform.git(['push', '--quiet', 'origin', 'words'], copy);
  const create = ['change', 'create', 'shop', '--head', 'words', '--title', 'Other words'];
  await platform.cli([...create, '--token-file', tokenFile]);
  const waiting = await checked(2, ({ state }) => state === 'pending');
  assert.match(waiting.description, /waits for approval: its author may not push/);
  const head = (await platform.git(['rev-parse', 'HEAD'], copy)).trim().slice(0, 10);
  assert.ok(!(await workflows()).some(name => name.includes(head)), 'nothing runs');
  const own = ['change', 'run', 'shop', '2', '--token-file', tokenFile];
  assert.match(await refused(platform.cli(own)), /may not run pipelines here/);
  await page.goto(at('/team-default/shop/changes/2'));
  await page.getByText('Its author may not push to this repository').waitFor();
  await page.getByRole('button', { name: 'Run the pipeline' }).click();
  await checked(2, ({ state }) => state === 'success');
  await page.getByText('the pipeline succeeded').waitFor();
  await page.getByRole('button', { name: 'Run again' }).click();
  await eventually('a second run', 30_000, async () =>
    (await workflows()).some(name => name.endsWith(`${head}-2`)) ? true : undefined,
  );
});

async function delivered(): Promise<string | undefined> {
  const args = ['get', 'workload', 'shop', '-n', 'team-default', '-o', 'json'];
  const { status } = JSON.parse(await platform.kubectl(args)) as {
    status: { environments: { revision?: string }[] };
  };
  return status.environments[0]?.revision;
}
