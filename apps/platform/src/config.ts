import { homedir, hostname } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import type { Driver } from '@slipway/sandbox';
import { currentPlatform, dataOfPlatform, FIRST_PLATFORM, type PlatformFolders } from './known-platforms.ts';

/** Everything the process takes from its surroundings; this file alone reads the environment. */
export interface Config {
  /** The platform's data folder. */
  data: string;
  /** Where the platforms of this user are. */
  folders: PlatformFolders;
  /** Where keys live: never inside the data folder. */
  keysFolder: string;
  /** Settings that image builds need to reach the package registry this machine uses. */
  packageRegistry: { npmrc: string | undefined; ca: string | undefined };
  dockerSocket: string | undefined;
  /** Where programs such as git are looked for. */
  searchPath: string;
  debug: boolean;
  /** What was fetched and can be fetched again. */
  cacheFolder: string;
  /** Files that `KUBECONFIG` names, else the one of the home folder. */
  kubeconfigs: string[];
  /** Where a bare repository of this machine stands in for one of the network: a path with `{owner}` and `{name}`. */
  gitMirror: string | undefined;
  /** Where a pod is told that the API is. */
  apiAddress: { host: string; port: string } | undefined;
  /** This process among others like it: a pod's name. */
  hostName: string;
}

/** What `slipway up` was asked for; 0 as a port means "a free one, chosen once". */
export interface UpOptions {
  file?: string;
  /** Of a platform that is not the only one here: its name, and part of its domains, when no definition says another. */
  name?: string;
  port: number;
  httpPort: number;
  apiPort: number;
  driver: Driver | 'auto';
  timeoutMs: number;
}

/** Reads the environment. `data` is what `--data` said. */
export function readConfig(data?: string): Config {
  const env = process.env;
  const home = homedir();
  const dataHome = env.XDG_DATA_HOME ?? join(home, '.local', 'share');
  const configHome = env.XDG_CONFIG_HOME ?? join(home, '.config');
  const folders: PlatformFolders = {
    settings: join(configHome, 'slipway'),
    platforms: join(dataHome, 'slipway-platforms'),
    defaultData: join(dataHome, 'slipway'),
  };
  const current = () => dataOfPlatform(folders, currentPlatform(folders) ?? FIRST_PLATFORM);
  return {
    data: resolve(data ?? env.SLIPWAY_DATA ?? current()),
    folders,
    keysFolder: join(configHome, 'slipway', 'keys'),
    packageRegistry: {
      npmrc: env.NPM_CONFIG_USERCONFIG ?? join(home, '.npmrc'),
      ca: env.NODE_EXTRA_CA_CERTS,
    },
    dockerSocket: env.DOCKER_HOST?.startsWith('unix://')
      ? env.DOCKER_HOST.slice('unix://'.length)
      : undefined,
    searchPath: env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    debug: env.SLIPWAY_DEBUG !== undefined,
    cacheFolder: join(env.XDG_CACHE_HOME ?? join(home, '.cache'), 'slipway'),
    kubeconfigs: env.KUBECONFIG?.split(delimiter).filter(Boolean) ?? [join(home, '.kube', 'config')],
    gitMirror: env.SLIPWAY_GIT_MIRROR,
    apiAddress: env.KUBERNETES_SERVICE_HOST
      ? { host: env.KUBERNETES_SERVICE_HOST, port: env.KUBERNETES_SERVICE_PORT ?? '443' }
      : undefined,
    hostName: hostname(),
  };
}
