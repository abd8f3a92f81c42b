// Forms of templates in a real browser, and what one can do with a run: every kind of field, the review, a draft that
// outlives a session, cancel, retry from the step that failed, undo.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates are written so.
import assert from 'node:assert/strict';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import type { TemplateRun } from '@slipway/kinds';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { noBrowser as skip, startBrowser } from '../browser.ts';
import { axeFindings } from '../page-checks.ts';
import { eventually, type Platform, slipway, startPlatform, temporaryHome } from '../platform-process.ts';
import { signIn } from '../portal-sign-in.ts';
import { root } from '../source-tree.ts';
import { CONDITIONS, FAILS, FIELDS, PICKERS, template, UNKNOWN, WAITS } from './templates.fixture.ts';

let platform: Platform;
let browser: Browser;
let context: BrowserContext;
let page: Page;

before(async () => {
  if (skip) return;
  platform = await startPlatform();
  browser = await startBrowser();
  context = await browser.newContext({ ignoreHTTPSErrors: true });
  page = await context.newPage();
  page.setDefaultTimeout(10_000);
  await signIn(page, platform);
  await apply(FIELDS, CONDITIONS, PICKERS, WAITS, FAILS, UNKNOWN);
});
after(async () => {
  await browser?.close();
  await platform?.stop();
});

async function apply(...objects: object[]): Promise<void> {
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  await platform.kubectl(['apply', '-f', '-'], JSON.stringify(list));
}

const open = (name: string) => page.goto(new URL(`/create/${name}`, platform.report.portal).href);
const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
/** A label ends with a star where something has to be filled in. */
const field = (label: string) => page.getByLabel(new RegExp(`^${label}( \\*)?$`));

async function runOf(): Promise<{ name: string; spec: Record<string, unknown>; text: string }> {
  await page.waitForURL(/\/runs\//);
  const name = page.url().split('/').at(-1) ?? '';
  const answer = await platform.kubectl(['get', 'templaterun', name, '-n', 'team-default', '-o', 'json']);
  return { name, spec: (JSON.parse(answer) as { spec: Record<string, unknown> }).spec, text: answer };
}

test('every kind of field gives its value; a page goes on only when it is right', { skip }, async () => {
  await open('fields');
  await page.getByRole('textbox', { name: 'Name' }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('name')), 'name');
  await button('Next').click();
  await page.getByText('Please fill this in.').nth(1).waitFor();
  await page.getByRole('textbox', { name: 'Name' }).fill('Shop!');
  await page.getByText(/Lower-case letters/).waitFor();
  await page.getByRole('textbox', { name: 'Name' }).fill('shop');
  await page.getByRole('radio', { name: 'Large' }).check();
  await page.getByRole('textbox', { name: 'Notes' }).fill('one\ntwo');
  await page.getByRole('checkbox', { name: 'Public' }).uncheck();
  await page.getByRole('textbox', { name: 'Replicas' }).fill('9');
  await page.getByText('It must be 5 or less.').waitFor();
  await page.getByRole('textbox', { name: 'Replicas' }).fill('3');
  await button('Next').click();
  await page.getByRole('group', { name: 'Repository location' }).waitFor();
  const place = page.getByRole('group', { name: 'Repository location' });
  await place.getByRole('combobox', { name: 'Owner' }).fill('default');
  await place.getByRole('combobox', { name: 'Repository' }).fill('shop-code');
  await page.getByRole('checkbox', { name: 'us' }).check();
  await page.getByRole('checkbox', { name: 'eu' }).check();
  await page.getByRole('combobox', { name: 'Tags' }).fill('Node');
  await button('Add tag').click();
  const ports = page.getByRole('group', { name: 'Ports', exact: true });
  await ports.getByRole('button', { name: 'Add Ports' }).click();
  await ports.getByRole('textbox', { name: 'Number' }).fill('80');
  await ports.getByRole('button', { name: 'Add Ports' }).click();
  await ports.getByRole('textbox', { name: 'Number' }).nth(1).fill('8080');
  await ports.getByRole('button', { name: 'Move up: Ports 2' }).click();
  await page.getByRole('textbox', { name: 'New name in Labels' }).fill('tier');
  await page.getByRole('group', { name: 'Labels' }).getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('textbox', { name: 'tier' }).fill('gold');
  await field('Token').fill('open sesame');
  await page.getByRole('textbox', { name: 'Code' }).fill('4711');
  await page.getByRole('textbox', { name: 'Inner' }).fill('in');
  await page.getByRole('textbox', { name: 'Shown' }).fill('out');
  assert.deepEqual(await axeFindings(page), []);
});

test('the review shows what is sent, with masks; secrets stand neither there nor in the run', {
  skip,
}, async () => {
  await button('Review').click();
  const row = (name: string) => page.locator('.review dl > div').filter({ hasText: new RegExp(`^${name}`) });
  assert.match((await row('Size').textContent()) ?? '', /Large/);
  assert.match((await row('Code').textContent()) ?? '', /<hidden>/);
  assert.match((await row('Other name').textContent()) ?? '', /out/);
  assert.equal(await row('Inner').count(), 0);
  assert.doesNotMatch((await page.textContent('main')) ?? '', /open sesame|4711/);
  assert.deepEqual(await axeFindings(page), []);
  await button('Back').click();
  assert.equal(await page.getByRole('textbox', { name: 'Shown' }).inputValue(), 'out');
  await button('Review').click();
  await button('Create').click();
  const { spec, text: stored } = await runOf();
  assert.deepEqual(spec.values, {
    name: 'shop',
    size: 'l',
    notes: 'one\ntwo',
    public: false,
    replicas: 3,
    hidden: 'kept',
    owner: 'default',
    repoUrl: 'git.slipway.internal?owner=default&repo=shop-code',
    regions: ['eu', 'us'],
    tags: ['node'],
    ports: [{ number: 8080 }, { number: 80 }],
    labels: { tier: 'gold' },
    token: '***********',
    code: '4711',
    inner: 'in',
    shown: 'out',
  });
  await page.getByText('token ***, 8080').waitFor();
  await page.getByRole('heading', { name: 'Greeting' }).waitFor();
  assert.doesNotMatch(stored, /open sesame/);
  assert.equal(await page.evaluate(() => JSON.stringify(sessionStorage).includes('shop-code')), false);
});

test('fields come and go with what others say', { skip }, async () => {
  await open('conditions');
  await page.getByRole('combobox', { name: 'Kind of store' }).selectOption('sql');
  await page.getByRole('textbox', { name: 'Database' }).fill('other');
  await page.getByRole('textbox', { name: 'Address' }).waitFor();
  await button('Review').click();
  await page.getByText('Please fill this in.').waitFor();
  await page.getByRole('textbox', { name: 'Database' }).fill('own');
  await page.getByRole('textbox', { name: 'Address' }).waitFor({ state: 'detached' });
  await page.getByRole('combobox', { name: 'Kind of store' }).selectOption('none');
  await page.getByRole('textbox', { name: 'Database' }).waitFor({ state: 'detached' });
});

test('a field or widget that is not known is refused by name, and the form is not sent', {
  skip,
}, async () => {
  await open('unknown');
  await page.getByText(/ui:field "MoonPicker"/).waitFor();
  await page.getByText(/ui:widget "sparkles"/).waitFor();
  await button('Review').click();
  await page.waitForTimeout(200);
  assert.equal(await button('Create').count(), 0);
});

test('a session that ends in the middle of a form loses nothing but secrets', { skip }, async () => {
  await open('fields');
  await page.getByRole('textbox', { name: 'Name' }).fill('kept-draft');
  await page.getByRole('radio', { name: 'Small' }).check();
  await button('Next').click();
  await field('Token').fill('not to be kept');
  await page.getByRole('textbox', { name: 'Shown' }).fill('still here');
  assert.equal(await page.evaluate(() => JSON.stringify(sessionStorage).includes('not to be kept')), false);
  await button('Review').click();
  await context.clearCookies({ name: '__Host-slipway-session' });
  const back = page.waitForNavigation({ url: /\/create\/fields$/ });
  await button('Create').click();
  await back;
  await page.locator('.review dd').filter({ hasText: 'still here' }).waitFor();
  await button(/1\. Basics/).click();
  assert.equal(await page.getByRole('textbox', { name: 'Name' }).inputValue(), 'kept-draft');
  await button('Next').click();
  assert.equal(await field('Token').inputValue(), '');
});

test('a run is cancelled where it is watched, and run again with the same values', { skip }, async () => {
  await open('waits');
  await button('Review').click();
  await button('Create').click();
  await page.getByRole('listitem').filter({ hasText: 'A long wait' }).getByText('Running').waitFor();
  await page.getByText('waiting 540000 ms').waitFor();
  await button('Cancel').click();
  await page.getByText('the run was cancelled').waitFor();
  await page.locator('.health', { hasText: 'Cancelled' }).first().waitFor();
  await button('Run again with the same values').click();
  await button('Create').waitFor();
});

test('a run that failed is retried from its step, then undone: what goes is listed first', {
  skip,
}, async () => {
  const workload = {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Workload',
    metadata: { name: 'clash', namespace: 'team-default' },
    spec: { repository: 'clash' },
  };
  await apply(workload);
  await open('fails');
  await page.getByRole('textbox', { name: 'Name' }).fill('clash');
  await button('Review').click();
  await page.getByRole('checkbox', { name: /keep what was made/ }).check();
  await button('Create').click();
  await page
    .getByText(/Workload "clash" exists already/)
    .first()
    .waitFor();
  await platform.kubectl(['delete', 'workload', 'clash', '-n', 'team-default']);
  await button('Retry from the failed step').click();
  await page.getByRole('link', { name: /Go to the service clash/ }).waitFor();
  assert.deepEqual(await axeFindings(page), []);
  await button('Undo …').click();
  const list = page.getByRole('region', { name: 'Undo' }).getByRole('listitem');
  assert.deepEqual(await list.allTextContents(), [
    'Workload team-default/clash',
    'ConfigMap team-default/clash-first',
  ]);
  await button('Remove all of it').click();
  await page.getByText('everything it had made was removed').waitFor();
  const left = await platform.kubectl(['get', 'configmap,workload', '-n', 'team-default', '-o', 'name']);
  assert.doesNotMatch(left, /clash/);
});

test('slipway template run reads values as the form says, and ends with what became of the run', {
  skip,
}, async () => {
  type Answer = { run: string; output: { text: { content: string }[] } };
  const ports = ['--set', 'ports=[{"number": 80}]', '--set', 'replicas=3'];
  const good = ['template', 'run', 'fields', '--set', 'name=terminal', '--set', 'size=s', ...ports];
  const { run, output } = await platform.json<Answer>([...good, '-o', 'json']);
  assert.equal(output.text[0]?.content, 'Hello **terminal**');
  const stored = await platform.kubectl(['get', 'templaterun', run, '-n', 'team-default', '-o', 'json']);
  assert.equal((JSON.parse(stored) as TemplateRun).spec.values.replicas, 3);
  await assert.rejects(platform.cli([...good, '--set', 'replicas=many']), /values\.replicas: found "many"/);
});

test('a template of a repository runs as it lies there; programs stay executable', { skip }, async () => {
  const work = await temporaryHome();
  try {
    const folder = join(work, 'golden');
    const files: Record<string, string> = {
      'catalog-info.yaml': `apiVersion: backstage.io/v1alpha1
kind: Location
metadata: { name: golden }
spec: { targets: [./script/template.yaml] }
`,
      'script/template.yaml': `apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: { name: script }
spec:
  type: service
  parameters: { properties: { name: { type: string } } }
  steps:
    - { id: files, action: fetch:template, input: { url: ./skeleton, values: { name: "\${{ parameters.name }}" } } }
    - { id: publish, action: publish:gitea, input: { repoUrl: "git.slipway.internal?repo=\${{ parameters.name }}" } }
`,
      'script/skeleton/run.sh': '#!/bin/sh\necho ${{ values.name }}\n',
    };
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content, { mode: path.endsWith('.sh') ? 0o755 : 0o644 });
    }
    const address = new URL(platform.report.portal);
    address.hostname = `git.${address.hostname}`;
    const repository = (name: string) => new URL(`/default/${name}.git`, address).href;
    const spec = { owner: 'default', name: 'golden' };
    const metadata = { name: 'golden', namespace: 'team-default' };
    await apply({ apiVersion: 'source.slipway.dev/v1alpha1', kind: 'Repository', metadata, spec });
    const identity = ['-c', 'user.name=ann', '-c', 'user.email=ann@example.org'];
    await platform.git(['init', '-q', '-b', 'main'], folder);
    await platform.git(['add', '--all'], folder);
    await platform.git([...identity, 'commit', '-q', '-m', 'a golden path'], folder);
    await platform.git(['push', '-q', repository('golden'), 'main'], folder);
    const read = (kind: string, name: string) =>
      platform.kubectl(['get', kind, name, '-n', 'team-default', '-o', 'json']);
    await eventually('the template', 20_000, () => read('templates.scaffolder.backstage.io', 'script'));
    const values = { name: 'tool' };
    const run = { name: 'script', namespace: 'team-default' };
    await apply({
      apiVersion: 'slipway.dev/v1alpha1',
      kind: 'TemplateRun',
      metadata: run,
      spec: { template: 'team-default/script', values },
    });
    const status = await eventually('the run', 20_000, async () => {
      const found = (JSON.parse(await read('templaterun', 'script')) as TemplateRun).status;
      return found?.finishedAt ? found : undefined;
    });
    assert.equal(status.phase, 'Succeeded', status.message);
    await platform.git(['clone', '-q', repository('tool'), join(work, 'tool')]);
    const script = join(work, 'tool/run.sh');
    assert.equal(await readFile(script, 'utf8'), '#!/bin/sh\necho tool\n');
    assert.ok((await stat(script)).mode & 0o100);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
});

test('pickers offer what the catalog, one’s teams and repositories hold', { skip }, async () => {
  const component = (name: string, owner: string) => ({
    apiVersion: 'catalog.slipway.dev/v1alpha1',
    kind: 'Entity',
    metadata: { name: `component.${name}`, namespace: 'team-default' },
    spec: {
      entity: {
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'Component',
        metadata: { name },
        spec: { type: 'service', lifecycle: 'experimental', owner },
      },
    },
  });
  await apply(component('till', 'group:default/default'), component('stock', 'group:default/others'));
  const members = ['--type', 'merge', '--patch', '{"spec":{"members":["user:admin"]}}'];
  await platform.kubectl(['patch', 'team', 'default', ...members]);
  await open('pickers');
  await field('Entity name').fill('-wrong');
  const offered = (label: string) =>
    field(label).evaluate(element => {
      const { list, options } = element as HTMLInputElement & HTMLSelectElement;
      return [...(list ?? { options }).options].map(({ value }) => value).filter(Boolean);
    });
  const both = ['component:default/stock', 'component:default/till'];
  await eventually('the catalog has them', 10_000, async () => {
    const found = await offered('Needs');
    return both.every(each => found.includes(each)) ? true : undefined;
  });
  await eventually('the teams are known', 10_000, async () =>
    (await offered('My team')).length > 0 ? true : undefined,
  );
  assert.deepEqual(await offered('My team'), ['group:default/default']);
  assert.deepEqual(await offered('Part of'), ['component:default/till'], 'only what one’s team owns');
  assert.deepEqual(await offered('Branch'), ['main']);
  await field('Needs').fill('stock');
  await field('Needs').blur();
  assert.equal(await field('Needs').inputValue(), 'component:default/stock', 'completed');
  await field('Replaces').selectOption('component:default/till');
  const many = page.getByRole('group', { name: 'Used by' });
  for (const each of ['till', 'component:default/stock', 'gone']) {
    await many.getByLabel('Add one').fill(each);
    await many.getByRole('button', { name: 'Add', exact: true }).click();
  }
  await many.getByRole('button', { name: 'Remove: component:default/gone' }).click();
  await field('Part of').fill('component:default/till');
  await field('My team').selectOption('group:default/default');
  await field('Branch').fill('main');
  await button('Review').click();
  await page.getByText(/with a letter or digit at both ends/).waitFor();
  await field('Entity name').fill('right.1');
  assert.deepEqual(await axeFindings(page), []);
  await button('Review').click();
  await button('Create').click();
  const { spec } = await runOf();
  assert.deepEqual(spec.values, {
    name: 'right.1',
    one: 'component:default/stock',
    chosen: 'component:default/till',
    many: ['component:default/till', 'component:default/stock'],
    own: 'component:default/till',
    team: 'group:default/default',
    repoUrl: 'git.slipway.internal?owner=default&repo=tool',
    branch: 'main',
  });
});

test('a template proposes a change in the name of who runs it; undone, branch and change are gone', {
  skip,
}, async () => {
  const file = { path: 'hello.md', content: 'Hello' };
  const repoUrl = 'git.slipway.internal?repo=tool';
  const pull = { repoUrl, branchName: 'docs/hello', title: 'Say hello', targetPath: './docs', draft: true };
  await apply(
    template('proposes', {}, [
      { id: 'write', action: 'roadiehq:utils:fs:write', input: file },
      { id: 'propose', action: 'publish:gitea:pull-request', input: pull },
    ]),
  );
  const run = await platform.json<{ run: string }>(['template', 'run', 'proposes', '-o', 'json']);
  const read = async () => {
    const args = ['get', 'templaterun', run.run, '-n', 'team-default', '-o', 'json'];
    return (JSON.parse(await platform.kubectl(args)) as TemplateRun).status;
  };
  assert.equal((await read())?.steps?.[1]?.output?.pullRequestNumber, 1);
  const { stdout } = await platform.cli(['change', 'show', 'tool', '1']);
  assert.match(stdout, /^#1 WIP: Say hello\nopen: docs\/hello -> main, by local-admin/);
  await assert.rejects(platform.cli(['change', 'approve', 'tool', '1']), /approve your own pull/);
  const bare = join(platform.report.data, 'engines/gitea/repositories/default/tool.git');
  const tree = await platform.git(['--git-dir', bare, 'ls-tree', '-r', 'docs/hello']);
  assert.match(tree, /^100644 blob \S+\tdocs\/hello\.md\n100755 blob \S+\trun\.sh$/m);
  const records = await platform.json<{ items: { spec: { verb: string; source: string } }[] }>([
    ...['audit', 'list', '--door', 'git', '--actor', 'local-admin', '-o', 'json'],
  ]);
  const [opened] = records.items.filter(({ spec }) => spec.verb === 'open');
  assert.match(opened?.spec.source ?? '', /via system:serviceaccount:slipway-system:slipway-portal/);
  await page.goto(new URL(`/runs/team-default/${run.run}`, platform.report.portal).href);
  await button('Undo …').click();
  await button('Remove all of it').click();
  await page.getByText('everything it had made was removed').waitFor();
  assert.equal(await platform.git(['--git-dir', bare, 'branch', '--list', 'docs/*']), '');
  assert.match((await platform.cli(['change', 'show', 'tool', '1'])).stdout, /^closed: refs\/pull\/1\/head/m);
});

test('a run that kill -9 interrupts goes on when the platform is back, and does nothing twice', {
  skip,
}, async () => {
  const step = { id: 'first', action: 'cnoe:kubernetes:apply' };
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'survivor' } };
  await apply(
    template('survives', {}, [
      { ...step, input: { manifestObject: object } },
      { id: 'wait', action: 'debug:wait', input: { seconds: 2 } },
      { id: 'service', action: 'slipway:workload:create', input: { name: 'survivor', owner: 'default' } },
    ]),
  );
  const metadata = { name: 'survivor', namespace: 'team-default' };
  const spec = { template: 'survives', values: {} };
  await apply({ apiVersion: 'slipway.dev/v1alpha1', kind: 'TemplateRun', metadata, spec });
  const read = async () => {
    const args = ['get', 'templaterun', 'survivor', '-n', 'team-default', '-o', 'json'];
    return (JSON.parse(await platform.kubectl(args)) as TemplateRun).status;
  };
  await eventually('the wait begins', 20_000, async () =>
    (await read())?.steps?.[1]?.phase === 'Running' ? true : undefined,
  );
  await platform.crash();
  await platform.restart();
  const status = await eventually('it is over', 30_000, async () => {
    const found = await read();
    return found?.finishedAt ? found : undefined;
  });
  assert.equal(status.phase, 'Succeeded', status.message);
  assert.deepEqual(
    status.inventory?.map(({ kind }) => kind),
    ['ConfigMap', 'Workload'],
  );
});

const shipped = join(root, 'capabilities/catalog/technologies/slipway-portal/templates/node-service');

test('slipway template test needs no platform, and says with its exit code whether a template works', async () => {
  const home = await temporaryHome();
  try {
    const golden = join(home, 'golden');
    const good = ['template', 'test', shipped, '--set', 'name=shop'];
    assert.equal((await slipway([...good, '--write', golden], home)).code, 0);
    assert.equal((await slipway([...good, '--expect', golden], home)).code, 0);
    await writeFile(join(golden, 'Dockerfile'), 'FROM other\n');
    const other = await slipway([...good, '--expect', golden], home);
    assert.equal(other.code, 1);
    assert.match(other.stdout, /Dockerfile:1: expected "FROM other", made "/);
    const json = await slipway(['template', 'test', shipped, '--set', 'name=Shop', '-o', 'json'], home);
    assert.equal(json.code, 1);
    const { ok, problems } = JSON.parse(json.stdout) as { ok: boolean; problems: { field: string }[] };
    assert.deepEqual([ok, problems[0]?.field], [false, 'values.name']);
    assert.equal((await slipway(['template', 'test', join(home, 'nowhere')], home)).code, 2);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});

const mistakes: { text: string; says: RegExp; because: string }[] = [
  { text: 'kind: Template\nspec: [', says: /template\.yaml:2:\d+: /, because: 'it is no YAML' },
  { text: 'kind: Component\n', says: /holds no Template/, because: 'it is something else' },
  {
    text: `apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: { name: bad }
spec:
  type: service
  steps:
    - id: files
      action: fetch:templat
      input: { url: ./skeleton }
`,
    says: /template\.yaml:8:7: spec\.steps\[0\]\.action: step "files": unknown action "fetch:templat"; did you mean "fetch:template"/,
    because: 'an action is mistyped',
  },
];
for (const { text: content, says, because } of mistakes) {
  test(`slipway template test names file, line and field: ${because}`, async () => {
    const home = await temporaryHome();
    try {
      await writeFile(join(home, 'template.yaml'), content);
      const { code, stdout, stderr } = await slipway(['template', 'test', home], home);
      assert.equal(code, 1);
      assert.match(stdout + stderr, says);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });
}
