import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { messageOf, silentLog, systemClock } from '@slipway/api';
import { openSandbox } from '@slipway/sandbox';
import { MergedTree } from './execute/merged-tree.ts';
import { type Bench, readImage, serve } from './serve-image.ts';
import { openTestbed, type Testbed } from './testbed.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const drivers = ['sandbox', 'process'] as const;
for (const driver of drivers) {
  let bench: Bench | undefined;
  let reason = '';
  before(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-build-test-'));
    try {
      const run = await openSandbox({
        driver,
        folder: join(folder, 'run'),
        clock: systemClock,
        log: silentLog,
        singleUser: true,
        path: PATH,
      });
      bench = { run, folder, bed: await openTestbed(run) };
    } catch (error) {
      reason = messageOf(error);
      await rm(folder, { recursive: true, force: true });
    }
  });
  after(async () => {
    await bench?.bed.close();
    await bench?.run.close();
    if (bench) await rm(bench.folder, { recursive: true, force: true });
  });

  const built = (name: string, work: (ready: Bench) => Promise<void>) =>
    test(`${driver}: ${name}`, async (context: TestContext) => {
      if (!bench) return context.skip(reason);
      await work(bench);
    });

  built(
    'a Dockerfile with stages gives an image that holds what they made, and no more',
    async ({ bed, folder }) => {
      const source = await sources(join(folder, 'stages'), {
        Dockerfile: [
          'ARG FROM_TAG=22',
          'FROM node:$FROM_TAG AS build',
          'WORKDIR /app',
          'COPY . .',
          'RUN echo made > made && rm gone && node -e "process.exit(0)"',
          'FROM busybox',
          'ENV GREETING="hello world"',
          'WORKDIR /srv',
          'COPY --from=build /app/made /app/kept ./',
          'RUN test "$GREETING" = "hello world" && test -e made',
          'EXPOSE 8080',
          'USER 1000:1000',
          'ENTRYPOINT ["cat"]',
          'CMD ["made"]',
        ].join('\n'),
        '.dockerignore': 'secret\n',
        gone: 'x',
        kept: 'kept',
        secret: 'not copied',
      });
      const first = await bed.build(source);
      assert.equal(first.recipe, 'dockerfile');
      assert.match(first.log, /base node:22: no registry answered/);
      const image = await read(bed, first.digest);
      assert.deepEqual(image.config.config?.Entrypoint, ['cat']);
      assert.deepEqual([image.config.config?.Cmd, image.config.config?.User], [['made'], '1000:1000']);
      assert.deepEqual(image.config.config?.Labels?.['dev.slipway.base'], 'host');
      assert.equal(await image.text('srv/made'), 'made\n');
      assert.equal(await image.text('srv/kept'), 'kept');
      assert.equal(await image.text('app/kept'), undefined, 'the first stage stays behind');
      const again = await bed.build(source);
      assert.equal(again.digest, first.digest, 'equal inputs give an equal image');
      assert.match(again.log, /RUN echo made .*\(cached\)/);
      await writeFile(join(source, 'secret'), 'changed');
      assert.equal((await bed.build(source)).digest, first.digest, 'what is ignored changes nothing');
      await writeFile(join(source, 'kept'), 'changed');
      assert.notEqual((await bed.build(source)).digest, first.digest);
    },
  );

  built('files that a RUN removes or replaces are gone from the image', async ({ bed, folder }) => {
    const source = await sources(join(folder, 'removed'), {
      Dockerfile:
        'FROM node\nWORKDIR /a\nCOPY . .\nRUN rm old && rm -rf dir && mkdir dir && echo new > dir/new\nRUN ls . > list && ls dir >> list',
      old: 'x',
      'dir/was': 'x',
    });
    const image = await read(bed, (await bed.build(source)).digest);
    assert.equal(await image.text('a/list'), 'Dockerfile\ndir\nlist\nnew\n');
  });

  built(
    'a Node application without a Dockerfile is recognized, built and served',
    async ({ bed, folder, run }) => {
      const server = `require('http').createServer((q, r) => r.end('from ' + require('./made.json').by)).listen(process.env.PORT)`;
      const source = await sources(join(folder, 'node'), {
        'package.json': JSON.stringify({
          name: 'app',
          version: '1.0.0',
          scripts: { build: 'node build.js', start: 'node server.js' },
        }),
        'build.js': `require('fs').writeFileSync('made.json', JSON.stringify({ by: 'the build' }))`,
        'server.js': server,
        '.gitignore': 'made.json',
      });
      const made = await bed.build(source);
      assert.equal(made.recipe, 'node');
      assert.match(made.log, /CMD \["\/bin\/sh","-c","exec node server\.js"\]/);
      assert.equal(await serve({ run, bed, folder }, made.digest), 'from the build');
    },
  );

  built('a folder of pages is served as a site', async ({ bed, folder, run }) => {
    const source = await sources(join(folder, 'pages'), { 'index.html': '<h1>hello</h1>' });
    const made = await bed.build(source);
    assert.equal(made.recipe, 'static');
    assert.equal(await serve({ run, bed, folder }, made.digest), '<h1>hello</h1>');
  });

  const failures: { files: Record<string, string>; message: RegExp; because: string }[] = [
    {
      files: { Dockerfile: 'FROM node\nRUN exit 3' },
      message: /line 2: RUN exit 3: ended with exit code 3/,
      because: 'a RUN that fails',
    },
    {
      files: { Dockerfile: 'FROM node\nCOPY nothing .' },
      message: /line 2: "nothing": not found/,
      because: 'a file that is not there',
    },
    {
      files: { Dockerfile: 'FROM node\nCOPY ../x .' },
      message: /line 2: "\.\.\/x": leads out/,
      because: 'a path out of the context',
    },
    {
      files: { Dockerfile: 'FROM node\nADD https://example.com/x .' },
      message: /line 2: ADD https:\/\/example\.com\/x/,
      because: 'a download',
    },
    {
      files: { Dockerfile: 'FROM postgres' },
      message: /offline in this test/,
      because: 'a base that nothing stands in for',
    },
    {
      files: { Dockerfile: 'FROM node\nUSER nosuch\nRUN id' },
      message: /line 3: "nosuch": the image has no such user/,
      because: 'a user that does not exist',
    },
    {
      files: { 'deploy/app.yaml': 'kind: Deployment' },
      message: /neither a Dockerfile, a package\.json nor an index\.html/,
      because: 'manifests alone',
    },
    {
      files: { 'package.json': '{"name":"lib"}' },
      message: /names nothing that can be served/,
      because: 'a library',
    },
    {
      files: { 'package.json': '{' },
      message: /package\.json: /,
      because: 'a package.json that does not parse',
    },
  ];
  for (const { files, message, because } of failures) {
    built(`a build fails, naming the cause, for ${because}`, async ({ bed, folder }) => {
      const source = await sources(join(folder, 'failing'), files);
      await assert.rejects(bed.build(source), { message });
    });
  }

  built('a link out of the repository is not followed', async ({ bed, folder }) => {
    const source = await sources(join(folder, 'link'), { 'real/file': 'inside' });
    await symlink('/etc/passwd', join(source, 'Dockerfile'));
    await assert.rejects(bed.build(source), /Dockerfile: leads out of the repository/);
    await rm(join(source, 'Dockerfile'));
    await writeFile(join(source, 'Dockerfile'), 'FROM node\nCOPY out /x\n');
    await symlink('/etc/hostname', join(source, 'out'));
    await assert.rejects(bed.build(source), /"out": not found/);
  });
}

async function sources(folder: string, files: Record<string, string>): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  await chmod(folder, 0o755);
  return folder;
}

async function read(bed: Testbed, digest: string) {
  const image = await readImage(bed, digest);
  const tree = new MergedTree(image.layers);
  const text = async (path: string) => {
    const found = tree.find(path, { follow: true });
    return found && readFileSync(found.file, 'utf8');
  };
  return { ...image, text };
}
