import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError } from '@slipway/api';
import { type Dial, outsideAddress } from '../reach/outside.ts';

export interface SshAccess {
  /** PEM text. */
  privateKey?: string;
  /** Lines of a known_hosts file: hosts that are not among them are refused. */
  knownHosts?: string;
  /** Any host key is taken: only when somebody asked for it. */
  insecureIgnoreHostKey?: boolean;
}

const SCP_FORM = /^(?:[A-Za-z0-9._-]+@)?[A-Za-z0-9][A-Za-z0-9.-]*:(?!\/\/)(?![:-])\S+$/;

/** True for `ssh://…` and for git's short form `user@host:path`. */
export function isSsh(url: string): boolean {
  return /^(git\+)?ssh:\/\//i.test(url) || (!url.includes('://') && SCP_FORM.test(url));
}

/**
 * The environment that makes git's ssh use this key and these hosts, and nothing of the machine's user.
 * Key and hosts are files in `folder`: ssh takes them in no other way.
 * @throws SlipwayError UrlRefused, AddressRefused
 */
export async function sshSettings(
  url: string,
  { privateKey = '', knownHosts = '', insecureIgnoreHostKey = false, dial }: SshAccess & { dial?: Dial },
  folder: string,
): Promise<{ url: string; env: Record<string, string> }> {
  refuseOdd(url);
  const hosts = join(folder, 'known-hosts');
  await writeFile(hosts, knownHosts.endsWith('\n') ? knownHosts : `${knownHosts}\n`, { mode: 0o600 });
  const options = [
    'BatchMode=yes',
    'ConnectTimeout=30',
    'IdentitiesOnly=yes',
    `StrictHostKeyChecking=${insecureIgnoreHostKey ? 'no' : 'yes'}`,
    `UserKnownHostsFile=${insecureIgnoreHostKey ? '/dev/null' : sshQuoted(hosts)}`,
    'GlobalKnownHostsFile=/dev/null',
    ...(dial === 'outside' ? await pinned(url) : []),
  ];
  const key = join(folder, 'key');
  if (privateKey) await writeFile(key, `${privateKey.trimEnd()}\n`, { mode: 0o600 });
  const command = [
    'ssh',
    '-F',
    '/dev/null',
    ...options.flatMap(option => ['-o', option]),
    ...(privateKey ? ['-i', key] : []),
  ];
  const env = {
    GIT_SSH_COMMAND: command.map(shellQuoted).join(' '),
    GIT_SSH_VARIANT: 'ssh',
    GIT_ALLOW_PROTOCOL: 'ssh',
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: 'core.hooksPath',
    GIT_CONFIG_VALUE_0: '/dev/null',
    GIT_CONFIG_KEY_1: 'fetch.fsckObjects',
    GIT_CONFIG_VALUE_1: 'true',
  };
  return { url: url.replace(/^git\+/, ''), env };
}

/** The address that was looked at is the one that is dialled; the server's key still is that of its name. */
async function pinned(url: string): Promise<string[]> {
  const parsed = URL.parse(url);
  const host = parsed?.hostname || (/^(?:[^@]*@)?([^:]*):/.exec(url)?.[1] ?? '');
  const name = host.replace(/^\[|\]$/g, '');
  const alias = parsed?.port && parsed.port !== '22' ? `[${name}]:${parsed.port}` : name;
  return [`HostName=${await outsideAddress(name)}`, `HostKeyAlias=${alias}`];
}

/** Nothing that a shell or ssh could take for an option, on our side or the server's. */
function refuseOdd(url: string): void {
  const refuse = (why: string) => new SlipwayError('UrlRefused', `Git URL ${JSON.stringify(url)}: ${why}`);
  if (!/^(git\+)?ssh:\/\//i.test(url)) return;
  const parsed = URL.parse(url);
  if (!parsed || !/^[A-Za-z0-9[][A-Za-z0-9.:\]-]*$/.test(parsed.hostname))
    throw refuse('its host is not valid');
  if (!/^[A-Za-z0-9._-]*$/.test(parsed.username)) throw refuse('its user is not valid');
  if (parsed.password) throw refuse('it holds a password; SSH is used with keys');
}

/** git runs the command through a shell. */
function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** ssh splits option values at spaces. */
function sshQuoted(path: string): string {
  return `"${path}"`;
}
