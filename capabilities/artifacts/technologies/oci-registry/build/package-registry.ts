import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Mount } from '@slipway/sandbox';

/** `parameters.packageRegistry`: how this machine reaches its package registry. Paths, for the files hold secrets. */
export interface PackageRegistrySettings {
  url?: string;
  /** File with authorities in PEM. */
  ca?: string;
  /** npm's own settings file; may hold tokens. */
  npmrc?: string;
}

export interface PackageRegistry {
  /** Hosts that a build may connect to. */
  hosts: string[];
  /** And the ports there. */
  ports: number[];
  /** Read-only, for RUN; nothing of it becomes part of a layer. */
  mounts: Mount[];
  env: Record<string, string>;
  /** Texts that must not show in a log. */
  secrets: string[];
}

const NPM_INSIDE = '/run/slipway/npm';
/** Where RUN as root finds npm's cache: outside of the layers, kept for the team's next build. */
export const CACHE_INSIDE = '/run/slipway/npm-cache';

/** Reads the machine's settings and lays out the folder that RUN sees. */
export async function preparePackageRegistry(
  settings: PackageRegistrySettings,
  folder: string,
): Promise<PackageRegistry> {
  const npmrc = await textOf(settings.npmrc);
  const ca = await textOf(settings.ca);
  const lines = npmrc
    .split(/\r?\n/)
    .filter(line => /^\s*(registry|@[^:=]+:registry|\/\/[^=]+)\s*=/.test(line));
  const registries = lines.flatMap(line => /registry\s*=\s*"?(\S+?)"?\s*$/.exec(line)?.[1] ?? []);
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const main = settings.url ?? registries[0] ?? (await npmDefault(join(folder, 'default-registry')));
  const own = [
    ...lines.filter(line => !/^\s*registry\s*=/.test(line)),
    ...(main ? [`registry=${main}`] : []),
  ];
  await writeFile(join(folder, 'npmrc'), `${own.join('\n')}\n`, { mode: 0o644 });
  if (ca !== '') await writeFile(join(folder, 'ca.pem'), ca, { mode: 0o644 });
  return {
    hosts: [
      ...new Set([...(main ? [main] : []), ...registries].map(hostOf).filter(host => host !== undefined)),
    ],
    ports: [
      ...new Set([...(main ? [main] : []), ...registries].map(portOf).filter(port => port !== undefined)),
    ],
    mounts: [{ source: folder, target: NPM_INSIDE, readOnly: true }],
    env: {
      NPM_CONFIG_USERCONFIG: `${NPM_INSIDE}/npmrc`,
      npm_config_update_notifier: 'false',
      npm_config_fund: 'false',
      ...(ca === ''
        ? {}
        : { NODE_EXTRA_CA_CERTS: `${NPM_INSIDE}/ca.pem`, npm_config_cafile: `${NPM_INSIDE}/ca.pem` }),
    },
    secrets: lines.flatMap(line => /:_(?:authToken|password|auth)\s*=\s*"?([^"\s]+)/.exec(line)?.[1] ?? []),
  };
}

/** The registry that this machine's npm uses by itself; npm is slow to ask, so its answer is kept in a file. */
async function npmDefault(file: string): Promise<string | undefined> {
  const known = await readFile(file, 'utf8').catch(() => '');
  if (known !== '') return known;
  const asked = await promisify(execFile)('npm', ['config', 'get', 'registry'], { timeout: 10_000 }).catch(
    () => undefined,
  );
  const found = asked?.stdout.trim().split('\n').pop();
  if (!found || !URL.canParse(found)) return undefined;
  await writeFile(file, found);
  return found;
}

function hostOf(url: string): string | undefined {
  return URL.parse(url)?.hostname;
}

function portOf(text: string): number | undefined {
  const url = URL.parse(text);
  if (!url) return undefined;
  return Number(url.port) || (url.protocol === 'http:' ? 80 : 443);
}

async function textOf(path: string | undefined): Promise<string> {
  return path === undefined ? '' : readFile(path, 'utf8').catch(() => '');
}
