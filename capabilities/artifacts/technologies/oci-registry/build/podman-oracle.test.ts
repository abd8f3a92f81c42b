// The same Dockerfiles built by us and by podman: what is written about the image and every file in it must be equal.
// Where podman 4 differs from Docker's reference (an exception `!sub/**/f*` below a folder that is left out; ENTRYPOINT
// that drops CMD of an earlier stage; SHELL, HEALTHCHECK and ONBUILD, which it loses on scratch) there is no row. They stand on `scratch`, for no registry answers here; what RUN does is tested in build.test.ts.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { messageOf, silentLog, systemClock } from '@slipway/api';
import type { RunConfig } from '@slipway/oci';
import { openSandbox, type Sandbox } from '@slipway/sandbox';
import { readImage } from './serve-image.ts';
import { openTestbed, type Testbed } from './testbed.ts';

const run = promisify(execFile);
let folder: string;
let sandbox: Sandbox | undefined;
let bed: Testbed | undefined;
let reason: string | undefined = process.getuid?.() === 0 ? undefined : 'only root sees the owners of files';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-oracle-'));
  try {
    execFileSync('podman', ['--version'], { stdio: 'ignore' });
    sandbox = await openSandbox({
      ...{ driver: 'sandbox', folder: join(folder, 'run'), clock: systemClock, log: silentLog },
      ...{ singleUser: true, path: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    });
    bed = await openTestbed(sandbox);
  } catch (error) {
    reason ??= `podman and namespaces are needed: ${messageOf(error)}`;
  }
});
after(async () => {
  await podman('rmi', '--all', '--force').catch(() => {});
  await bed?.close();
  await sandbox?.close();
  await rm(folder, { recursive: true, force: true });
});

const podman = (...args: string[]) =>
  run('podman', [
    ...['--root', join(folder, 'storage'), '--runroot', join(folder, 'runroot'), '--storage-driver', 'vfs'],
    ...args,
  ]);

interface Row {
  lines: string[];
  ignore?: string;
  args?: Record<string, string>;
  because: string;
}

const rows: Row[] = [
  { lines: ['COPY a.txt /one'], because: 'a file gets another name' },
  { lines: ['COPY a.txt /into/'], because: 'a slash at the end means a folder, which is made' },
  { lines: ['COPY a.txt b.txt /into/'], because: 'several files need a folder' },
  { lines: ['COPY *.txt /into/'], because: 'a pattern' },
  { lines: ['COPY sub /copied'], because: 'the contents of a folder, not the folder' },
  { lines: ['COPY sub a.txt /both/'], because: 'a folder beside a file' },
  { lines: ['COPY . .'], because: 'everything, with links and dot files' },
  { lines: ['COPY . /app', 'COPY b.txt /app/a.txt'], because: 'a later layer replaces a file' },
  { lines: ['WORKDIR /w', 'COPY a.txt .', 'COPY b.txt other'], because: 'relative to WORKDIR' },
  { lines: ['WORKDIR /w', 'WORKDIR x/../y', 'COPY a.txt ./'], because: 'WORKDIR relative to WORKDIR' },
  { lines: ['ENV D=/deep', 'WORKDIR $D/x', 'COPY a.txt .'], because: 'WORKDIR with a variable' },
  { lines: ['COPY ["a.txt", "/with space"]'], because: 'the JSON form' },
  { lines: ['COPY --chown=123:456 sub /owned'], because: 'owners by number' },
  { lines: ['COPY --chmod=750 a.txt /mode'], because: 'a mode' },
  { lines: ['COPY run.sh /'], because: 'the executable bit stays' },
  { lines: ['ADD a.txt sub /into/'], because: 'ADD of what is no archive' },
  { lines: ['COPY tree.tar /kept/'], because: 'COPY does not unpack archives' },
  { lines: ['COPY . /all'], ignore: '*.txt\n!a.txt\nsub/deep', because: '.dockerignore with an exception' },
  { lines: ['COPY . /all'], ignore: '*\n!sub/f*\n', because: 'everything left out but a pattern' },
  { lines: ['COPY . /all'], ignore: 'sub\n!sub/deep/file\n', because: 'an exception below what is left out' },
  { lines: ['COPY a.txt /a', 'FROM scratch', 'COPY --from=0 /a /b'], because: 'from a stage by number' },
  {
    lines: ['COPY . /src', 'FROM scratch AS two', 'COPY --from=first /src/sub /src/a.txt /got/'],
    because: 'from a stage by name',
  },
  {
    lines: ['ENV A=1', 'LABEL l=1', 'COPY a.txt /a', 'FROM first', 'ENV B=$A'],
    because: 'a stage on a stage has its files and what is written about it',
  },
  {
    lines: ['ARG X=low', 'ENV GOT=$X', 'FROM scratch', 'ENV GOT=$X'],
    because: 'an ARG ends with its stage',
  },
  { lines: ['ARG X=low', 'ENV GOT=$X'], args: { X: 'high' }, because: 'the build’s own value wins' },
  { lines: ['ARG X=arg', 'ENV X=env', 'ENV GOT=$X'], args: { X: 'high' }, because: 'ENV wins over ARG' },
  { lines: ['ARG A=1', 'ARG B=$A-2', 'LABEL b=$B'], because: 'an ARG in another’s default' },
  { lines: ['ENV A=1', 'ENV A=2 B=$A', 'ENV C=$A'], because: 'one line sees the values before it' },
  { lines: ['ENV A "quoted" and the rest'], because: 'the old form of ENV' },
  { lines: ['ENV A="a b" B=c\\ d C=\'$A\' D="x\\"y"'], because: 'quotes and escapes' },
  { lines: ['LABEL a=1 "b c"="d e"', 'LABEL a=2 multi="x\\', 'y"'], because: 'labels, one over two lines' },
  { lines: ['EXPOSE 80 443/tcp 53/udp'], because: 'ports' },
  { lines: ['VOLUME /data /more', 'VOLUME ["/json"]'], because: 'volumes in both forms' },
  { lines: ['USER 10:20'], because: 'a user by number' },
  { lines: ['STOPSIGNAL SIGQUIT'], because: 'a signal' },
  { lines: ['CMD node  server.js "x"'], because: 'the shell form keeps its text' },
  { lines: ['CMD ["node", "server.js"]'], because: 'the exec form' },
  { lines: ['CMD [node, server.js]'], because: 'what is no JSON is the shell form' },
  { lines: ['ENTRYPOINT ["/run"]', 'CMD ["a"]'], because: 'arguments for an entry point' },
  { lines: ['CMD ["a"]', 'ENTRYPOINT ["/run"]'], because: 'in the other order' },
  { lines: ['ENTRYPOINT exec /run $HOME'], because: 'the shell form of ENTRYPOINT' },
  { lines: ['# comment', 'ENV A=1 \\', '# inside', '  B=2'], because: 'a comment inside an instruction' },
];

for (const { lines, ignore, args = {}, because } of rows) {
  test(`a build gives what podman's does: ${because}: ${lines.join(' ⏎ ')}`, async t => {
    if (reason || !bed) return t.skip(reason ?? 'no builder');
    const source = await sources(lines, ignore);
    const theirs = await builtByPodman(source, args);
    const { digest } = await bed.build(source, { buildArgs: args } as never);
    const image = await readImage(bed, digest);
    assert.deepEqual(
      described(image.config.config ?? {}),
      described(theirs.config),
      'what is written about it',
    );
    assert.deepEqual(treeOf(image.layers), treeOf(theirs.root === '' ? [] : [theirs.root]), 'its files');
  });
}

async function sources(lines: string[], ignore: string | undefined): Promise<string> {
  const source = await mkdtemp(join(folder, 'source-'));
  const files: Record<string, string> = {
    Dockerfile: `FROM scratch AS first\n${lines.join('\n')}\n`,
    'a.txt': 'a',
    'b.txt': 'b',
    '.hidden': 'h',
    'run.sh': '#!/bin/sh\n',
    'sub/file': 'f',
    'sub/deep/file': 'deep',
    'sub/deep/other': 'other',
    ...(ignore === undefined ? {} : { '.dockerignore': ignore }),
  };
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(source, path)), { recursive: true });
    await writeFile(join(source, path), content);
    // A time for each content: podman takes files of one size and time for equal.
    await utimes(
      join(source, path),
      1_000_000 + path.length + content.charCodeAt(0),
      1_000_000 + content.charCodeAt(0),
    );
  }
  await symlink('a.txt', join(source, 'link'));
  await symlink('../a.txt', join(source, 'sub', 'up'));
  await chmod(join(source, 'run.sh'), 0o755);
  execFileSync('tar', ['-C', source, '-cf', join(source, 'tree.tar'), 'sub']);
  return source;
}

async function builtByPodman(
  source: string,
  args: Record<string, string>,
): Promise<{ config: RunConfig; root: string }> {
  const given = Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
  await podman(
    'build',
    '--quiet',
    '--format',
    'docker',
    '--network',
    'none',
    ...given,
    '-t',
    'oracle',
    source,
  );
  const inspected = await podman('image', 'inspect', 'oracle');
  const [image] = JSON.parse(inspected.stdout) as {
    Config: RunConfig;
    HealthCheck?: RunConfig['Healthcheck'];
  }[];
  // An image without layers cannot be mounted.
  const { stdout: root } = await podman('image', 'mount', 'oracle').catch(() => ({ stdout: '' }));
  const healthcheck = image?.Config.Healthcheck ?? image?.HealthCheck;
  return {
    config: { ...image?.Config, ...(healthcheck ? { Healthcheck: healthcheck } : {}) },
    root: root.trim(),
  };
}

const FIELDS = [
  ...(['User', 'ExposedPorts', 'Env', 'Entrypoint', 'Cmd', 'Volumes', 'WorkingDir'] as const),
  ...(['Labels', 'StopSignal', 'Shell', 'OnBuild', 'Healthcheck'] as const),
];

const EMPTY = new Set(['null', '""', '{}', '[]']);

/** Only what says something: an empty list is none, and builders sign their images. */
function described(config: RunConfig): Record<string, unknown> {
  const signed = /^(io\.buildah\.|dev\.slipway\.)/;
  const labels = Object.entries(config.Labels ?? {}).filter(([name]) => !signed.test(name));
  const own = { ...config, Labels: Object.fromEntries(labels), WorkingDir: config.WorkingDir || '/' };
  return Object.fromEntries(
    FIELDS.map(field => [field, own[field]]).filter(([, value]) => !EMPTY.has(JSON.stringify(value ?? null))),
  );
}

/** Every file of stacked folders: kind, mode, owner, and content or target. */
function treeOf(roots: string[]): Record<string, string> {
  const found = new Map<string, string>();
  for (const root of roots) {
    for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
      const file = join(root, path);
      const stat = lstatSync(file);
      const mode = (stat.mode & 0o7777).toString(8);
      const about = `${stat.uid}:${stat.gid}`;
      if (stat.isSymbolicLink()) found.set(path, `link ${about} → ${readlinkSync(file)}`);
      if (stat.isDirectory()) found.set(path, `folder ${mode} ${about}`);
      if (stat.isFile()) {
        const hash = createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 8);
        found.set(path, `file ${mode} ${about} ${hash}`);
      }
    }
  }
  return Object.fromEntries([...found].sort());
}
