import { SlipwayError } from '@slipway/api';
import type { Settings } from '@slipway/definition';
import { GIT_HOST } from './call.ts';

/** Every name of our Git server: the stored one, the one people use, and those that templates know it by. */
export function gitHosts({ addresses, parameters }: Settings): string[] {
  const { gitHosts: others = [] } = parameters as { gitHosts?: string[] };
  return [GIT_HOST, `git.${addresses.domain}`, ...others];
}

/** @throws SlipwayError UrlRefused when a host is another Git server’s */
export function requireOurHost(hosts: string[], host: string): void {
  const name = host.replace(/:\d+$/, '');
  if (hosts.includes(name) || hosts.includes(host)) return;
  throw new SlipwayError(
    'UrlRefused',
    `repoUrl: host ${JSON.stringify(host)} is not this platform’s Git server; ${hosts.join(' or ')} is allowed; parameter gitHosts of slipway-portal takes the names by which templates know it`,
  );
}

/** Owner and name of a repository here, from any address of it or of a file in it; undefined for others. */
export function internalRepository(
  hosts: string[],
  text: string,
): { owner: string; name: string } | undefined {
  const url = URL.parse(text);
  if (!url || !(hosts.includes(url.hostname) || hosts.includes(url.host))) return undefined;
  const [path = ''] = url.pathname.split(/\/(?:src\/(?:branch|tag|commit)|tree|blob|raw)\//);
  const parts = path
    .replace(/\.git\/?$/, '')
    .split('/')
    .filter(Boolean);
  // Behind one host, idpbuilder's Git server stands below a path of its own.
  const [owner, name] = parts.length > 2 ? parts.slice(-2) : parts;
  return owner && name ? { owner, name } : undefined;
}
