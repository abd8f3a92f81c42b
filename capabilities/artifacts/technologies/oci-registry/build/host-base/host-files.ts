import { execFile } from 'node:child_process';
import { access, constants, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** A file of this machine and where it goes in the image. */
export interface HostFile {
  from: string;
  /** Absolute, below /usr or /etc. */
  to: string;
}

const run = promisify(execFile);

const PROGRAM_FOLDERS = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'];

/** What people expect of a base image's shell; what the machine does not have is left out. */
const PROGRAMS =
  `[ awk base32 base64 basename bash busybox bzip2 cat chgrp chmod chown cksum clear cmp comm cp curl cut
  dash date dd df diff dirname du echo egrep env expand expr factor false fgrep find flock fmt fold free gawk getent git
  grep groups gunzip gzip head hostname id install join jq kill link ln ls mawk md5sum mkdir mkfifo mknod mktemp more mv
  nice nl nohup nproc numfmt od openssl paste patch pgrep pidof pkill printenv printf ps pwd readlink realpath rm rmdir
  sed seq setsid sh sha1sum sha224sum sha256sum sha384sum sha512sum shuf sleep sort split stat stdbuf stty sum sync tac
  tail tar tee test timeout touch tr true truncate tsort tty uname unexpand uniq unlink unxz unzip uptime vi wc wget
  which whoami xargs xz yes zcat`.split(/\s+/);

const NPM_FOLDERS = ['/usr/local/lib/node_modules/npm', '/usr/lib/node_modules/npm', '/usr/share/nodejs/npm'];
const AUTHORITIES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/cert.pem',
];
const LOCALES = ['/usr/lib/locale/C.utf8', '/usr/lib/locale/C.UTF-8'];
/** Loaded by name at run time or needed by what people install, so `ldd` does not know them. */
const COMPANIONS =
  /^(libnss_(files|dns)|lib(rt|dl|pthread|util|anl|resolv|m|stdc\+\+|gcc_s|atomic))\.so\.\d+$/;

/** Shell, tools, git and their libraries; certificates. */
export async function systemFiles(): Promise<HostFile[]> {
  const programs = (await Promise.all(PROGRAMS.map(findProgram))).filter(file => file !== undefined);
  const git = await gitPrograms();
  const libraries = await librariesOf([...programs, ...git].map(({ from }) => from));
  const others = await companions(libraries);
  const authorities = await firstReadable(AUTHORITIES);
  const locale = await firstReadable(LOCALES);
  return [
    ...programs,
    ...git,
    ...[...libraries, ...others].map(from => ({ from, to: merged(from) })),
    ...(authorities ? [{ from: authorities, to: '/etc/ssl/certs/ca-certificates.crt' }] : []),
    ...(locale ? await below(locale, '/usr/lib/locale/C.utf8') : []),
  ];
}

/** This very Node and the machine's npm. */
export async function nodeFiles(execPath: string): Promise<HostFile[]> {
  const libraries = await librariesOf([execPath]);
  const beside = join(dirname(execPath), '..', 'lib', 'node_modules', 'npm');
  const npm = await firstReadable([beside, ...NPM_FOLDERS].map(folder => join(folder, 'package.json')));
  return [
    { from: execPath, to: '/usr/local/bin/node' },
    ...libraries.map(from => ({ from, to: merged(from) })),
    ...(npm ? await below(dirname(npm), '/usr/local/lib/node_modules/npm') : []),
  ];
}

/** `/lib/x` and `/usr/lib/x` are one in the image. */
function merged(path: string): string {
  return path.startsWith('/usr/') ? path : `/usr${path}`;
}

async function findProgram(name: string): Promise<HostFile | undefined> {
  for (const folder of PROGRAM_FOLDERS) {
    const from = join(folder, name);
    if (await isReadable(from)) return { from, to: `/usr/bin/${name}` };
  }
  return undefined;
}

async function gitPrograms(): Promise<HostFile[]> {
  const folder = await run('git', ['--exec-path']).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
  if (!folder) return [];
  const wanted = ['git-remote-http', 'git-remote-https', 'git-sh-setup', 'git-sh-i18n', 'git-submodule'];
  const found = await Promise.all(wanted.map(name => isReadable(join(folder, name))));
  return wanted
    .filter((_, i) => found[i])
    .map(name => ({ from: join(folder, name), to: merged(join(folder, name)) }));
}

/** Shared libraries, as the loader finds them; scripts and static programs have none. */
async function librariesOf(programs: string[]): Promise<string[]> {
  const found = new Set<string>();
  const text = await run('ldd', programs, { maxBuffer: 16 << 20 }).then(
    ({ stdout }) => stdout,
    (error: { stdout?: string }) => error.stdout ?? '',
  );
  for (const match of text.matchAll(/(?:=>\s*)?(\/\S+)\s+\(0x/g)) found.add(match[1] ?? '');
  return [...found].sort();
}

async function companions(libraries: string[]): Promise<string[]> {
  const libc = libraries.find(path => /^libc\.so\.6$/.test(basename(path)));
  if (!libc) return [];
  const folder = dirname(libc);
  return (await readdir(folder)).filter(name => COMPANIONS.test(name)).map(name => join(folder, name));
}

async function below(folder: string, to: string): Promise<HostFile[]> {
  const root = await realpath(folder);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .filter(path => !/\/(docs|man|test|tests)\//.test(path.slice(root.length)))
    .sort()
    .map(from => ({ from, to: `${to}${from.slice(root.length)}` }));
}

async function firstReadable(paths: string[]): Promise<string | undefined> {
  for (const path of paths) if (await isReadable(path)) return path;
  return undefined;
}

async function isReadable(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}

/** Folders that a package manager changes when it replaces a program or library, and the files we name ourselves. */
const WATCHED = [
  '/etc/ssl/certs',
  '/lib',
  '/usr/bin',
  '/usr/lib',
  '/usr/local/bin',
  '/usr/local/lib',
  '/usr/sbin',
];

/** Changes when the machine's programs do: cheap, for it is asked at every start. */
export async function machineStamp(execPath: string): Promise<string> {
  const libraries = (await readdir('/usr/lib').catch(() => [])).filter(name => name.includes('-linux-'));
  const npm = NPM_FOLDERS.map(folder => join(folder, 'package.json'));
  const paths = [execPath, ...WATCHED, ...libraries.map(name => `/usr/lib/${name}`), ...npm];
  const stamps = await Promise.all(
    paths.map(async path => {
      const found = await stat(path).catch(() => undefined);
      return `${path} ${found?.size} ${found?.mtimeMs} ${found?.ino}`;
    }),
  );
  return stamps.join('\n');
}
