// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates are written so.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { type Rehearsal, rehearse } from './rehearse.ts';

const GOLDEN = fileURLToPath(new URL('./testdata/', import.meta.url));
let temporary: string;
let count = 0;
before(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'slipway-rehearsal-'));
});
after(() => rm(temporary, { recursive: true, force: true }));

function perform(template: unknown, more: { folder?: string; values?: object; gitHosts?: string[] } = {}) {
  const { folder = temporary, values = {}, gitHosts = ['git.slipway.internal'] } = more;
  const workspace = join(temporary, `workspace-${++count}`);
  const cacheFolder = join(temporary, 'git');
  const signal = new AbortController().signal;
  const common = { template, values: values as Record<string, unknown>, folder, boundary: folder, gitHosts };
  return rehearse({ ...common, workspace, cacheFolder, signal, now: () => 0 });
}

async function filesBelow(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files: Record<string, string> = {};
  for (const entry of entries.filter(each => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const executable = (await stat(path)).mode & 0o111 ? ' (executable)' : '';
    files[`${path.slice(folder.length + 1)}${executable}`] = await readFile(path, 'utf8');
  }
  return files;
}

function filesOf({ files }: Rehearsal): Record<string, string> {
  return Object.fromEntries(
    files.map(({ path, executable, content }) => [
      `${path}${executable ? ' (executable)' : ''}`,
      content.toString(),
    ]),
  );
}

for (const name of await readdir(GOLDEN)) {
  test(`golden folder ${name}: template and values give exactly the expected files`, async () => {
    const folder = join(GOLDEN, name);
    const template = load(await readFile(join(folder, 'template.yaml'), 'utf8'));
    const values = load(await readFile(join(folder, 'values.yaml'), 'utf8')) as object;
    const rehearsal = await perform(template, { folder, values });
    assert.deepEqual(rehearsal.problems, []);
    assert.deepEqual(filesOf(rehearsal), await filesBelow(join(folder, 'expected')));
  });
}

test('a rehearsal says what would be made, in order, and what the run would put out', async () => {
  const folder = join(GOLDEN, 'everything');
  const template = load(await readFile(join(folder, 'template.yaml'), 'utf8'));
  const values = load(await readFile(join(folder, 'values.yaml'), 'utf8')) as object;
  const { objects, steps, output } = await perform(template, { folder, values });
  assert.deepEqual(
    objects.map(({ kind, namespace, name }) => [kind, namespace, name].join(' ')),
    ['Repository team-payments shop-code', 'Component default shop', 'Application team-default shop'],
  );
  assert.equal(steps.find(({ id }) => id === 'docs')?.phase, 'Skipped');
  assert.deepEqual(output.links, [
    { title: 'Repository', url: 'https://git.slipway.internal/payments/shop-code.git' },
  ]);
});

const of = (...steps: object[]) => ({
  apiVersion: 'scaffolder.backstage.io/v1beta3',
  kind: 'Template',
  metadata: { name: 'x' },
  spec: { type: 'service', steps, parameters: { properties: { n: { type: 'integer' } } } },
});

const refused: {
  template: unknown;
  values?: object;
  field: string | undefined;
  message: RegExp;
  because: string;
}[] = [
  { template: null, field: 'entity', message: /a map is allowed/, because: 'it is empty' },
  {
    template: { ...of({ action: 'debug:log' }), kind: 'Component' },
    field: 'apiVersion',
    message: /./,
    because: 'it is another kind',
  },
  {
    template: of({ id: 'a', action: 'fetch:plian', input: {} }),
    field: 'spec.steps[0].action',
    message: /did you mean "fetch:plain"/,
    because: 'the action is mistyped',
  },
  {
    template: of({ id: 'a', action: 'debug:log', input: { message: '${{ 1 | uper }}' } }),
    field: 'spec.steps[0].input.message',
    message: /step "a": unknown filter "uper"; did you mean "upper"/,
    because: 'the filter is mistyped',
  },
  {
    template: of({ id: 'a', action: 'debug:log', input: { message: '${{ 1' } }),
    field: 'spec.steps[0].input.message',
    message: /Unterminated/,
    because: 'an expression stays open',
  },
  {
    template: of({ id: 'a', action: 'debug:log', inputs: {} }),
    field: 'spec.steps[0].inputs',
    message: /not known/,
    because: 'a field of a step is mistyped',
  },
  {
    template: of({ id: 'a', action: 'fetch:template', input: { url: './none' } }),
    field: 'spec.steps[0]',
    message: /no such folder/,
    because: 'the skeleton is not there',
  },
  {
    template: of({ id: 'a', action: 'fetch:plain', input: { url: '../..' } }),
    field: 'spec.steps[0]',
    message: /leaves the template’s own folder/,
    because: 'files beside the template only',
  },
  {
    template: of({ id: 'a', action: 'fetch:plain', input: { url: 'https://git.slipway.internal/a/b' } }),
    field: 'spec.steps[0]',
    message: /there is none here/,
    because: 'there is no platform',
  },
  {
    template: of({ id: 'a', action: 'publish:github', input: { repoUrl: 'github.com?owner=a&repo=b' } }),
    field: 'spec.steps[0]',
    message: /host "github.com" is not this platform’s/,
    because: 'another Git server is meant',
  },
  {
    template: of({ id: 'a', action: 'catalog:register', input: {} }),
    field: 'spec.steps[0]',
    message: /catalogInfoUrl or repoContentsUrl is required/,
    because: 'an input is missing',
  },
  {
    template: of({ action: 'debug:log' }),
    values: { n: 'x' },
    field: 'values.n',
    message: /found "x"; it must be integer/,
    because: 'a value does not fit',
  },
  {
    template: of({ id: 'a', each: '${{ 3 }}', action: 'debug:log' }),
    field: 'spec.steps[0].each',
    message: /a list or map is expected/,
    because: 'each needs something to go through',
  },
];
for (const { template, values = {}, field, message, because } of refused) {
  test(`rehearse() names place and mistake: ${because}`, async () => {
    const { problems } = await perform(template, { values });
    assert.match(problems[0]?.message ?? 'no problem', message);
    assert.equal(problems[0]?.field, field);
  });
}

test('secrets that a template asks for are checked, and not repeated', async () => {
  const asking = of({ action: 'debug:log', input: { message: 'x' } });
  const secrets = {
    schema: { required: ['token'], properties: { token: { type: 'string', minLength: 40 } } },
  };
  const { problems } = await perform({ ...asking, spec: { ...asking.spec, secrets } });
  assert.deepEqual(problems, [{ code: 'InvalidValues', field: 'secrets.token', message: 'it is required' }]);
});

test('a mistake in a skeleton’s file is named with the file and its line', async () => {
  const folder = join(temporary, 'broken');
  await mkdir(join(folder, 'skeleton'), { recursive: true });
  await writeFile(join(folder, 'skeleton/app.yaml'), 'a: 1\nb: ${{ values.name | nowhere }}\n');
  const { problems } = await perform(of({ action: 'fetch:template', input: { url: './skeleton' } }), {
    folder,
  });
  assert.deepEqual([problems[0]?.file, problems[0]?.line], ['skeleton/app.yaml', 2]);
});

test('links in a skeleton are refused: they could lead anywhere', async () => {
  const folder = join(temporary, 'linked');
  await mkdir(join(folder, 'skeleton'), { recursive: true });
  await symlink('/etc/passwd', join(folder, 'skeleton/passwd'));
  for (const input of [{ url: './skeleton' }, { url: './skeleton/passwd', targetPath: 'x' }]) {
    const action = 'targetPath' in input ? 'fetch:plain:file' : 'fetch:plain';
    const { problems } = await perform(of({ action, input }), { folder });
    assert.match(problems[0]?.message ?? '', /symbolic link|no such file/);
  }
});

test('templates for another Git server work where its host stands for ours', async () => {
  const folder = join(GOLDEN, 'everything');
  const { problems, objects } = await perform(
    of(
      { action: 'fetch:plain', input: { url: './more' } },
      {
        action: 'publish:github',
        input: { repoUrl: 'github.com?owner=a&repo=b', allowedHosts: ['github.com'] },
      },
    ),
    { folder, gitHosts: ['github.com'] },
  );
  assert.deepEqual(problems, []);
  assert.equal(objects[0]?.name, 'b');
});
