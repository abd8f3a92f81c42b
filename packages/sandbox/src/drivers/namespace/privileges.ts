import type { Tools } from './tools.ts';

/**
 * What a root process in a container may do: as Docker gives it, without `mknod` and `net_raw`, which have
 * uses against the host. All of it is needed by ordinary images (package managers, `su`, low ports).
 */
const CAPABILITIES = [
  'chown',
  'dac_override',
  'fowner',
  'fsetid',
  'kill',
  'setgid',
  'setuid',
  'setpcap',
  'net_bind_service',
  'sys_chroot',
  'audit_write',
];

export interface Launch {
  tools: Tools;
  rootless: boolean;
  user: { uid: number; gid: number; groups?: number[] };
  dropCapabilities?: string[] | undefined;
  workingDir: string;
  command: string[];
  script: string;
}

/**
 * Gives up privileges, then enters the container's root and becomes its command. Without root there is one id to be
 * had: another user is a user namespace of its own in which that id is called so.
 */
export function launchCommand(launch: Launch): string[] {
  const { tools, rootless, user, workingDir, command, script } = launch;
  const plain = user.uid === 0 && user.gid === 0;
  const groups = rootless
    ? []
    : [
        `--regid=${user.gid}`,
        user.groups?.length ? `--groups=${[...new Set(user.groups)].join(',')}` : '--clear-groups',
      ];
  const bounding = ['-all', ...capabilitiesOf(launch).map(name => `+${name}`)].join(',');
  const asUser = rootless
    ? plain
      ? []
      : ['--user', `--map-user=${user.uid}`, `--map-group=${user.gid}`]
    : plain
      ? []
      : [`--setuid=${user.uid}`];
  return [
    tools.setpriv,
    '--no-new-privs',
    '--inh-caps=-all',
    `--bounding-set=${bounding}`,
    ...groups,
    tools.sh,
    '-c',
    script,
    'launch',
    tools.cat,
    tools.unshare,
    ...asUser,
    '--root=/root',
    `--wd=${workingDir || '/'}`,
    '--',
    ...command,
  ];
}

/**
 * `sys_chroot` brings a process into its root, so it cannot be dropped before; `setuid`, and `setfcap` without root, name
 * its user, who then has none of them. What was not given cannot be gained (no-new-privs).
 */
function capabilitiesOf({ rootless, user, dropCapabilities = [] }: Launch): string[] {
  const dropped = dropCapabilities.map(name => name.toLowerCase().replace(/^cap_/, ''));
  const kept = dropped.includes('all') ? [] : CAPABILITIES.filter(name => !dropped.includes(name));
  const isRoot = user.uid === 0 && user.gid === 0;
  const toName = isRoot ? [] : rootless ? ['setfcap'] : ['setuid'];
  return [...new Set([...kept, 'sys_chroot', ...toName])];
}

/** Takes every privilege from what only moves bytes. */
export function unprivileged(tools: Tools): string[] {
  return [tools.setpriv, '--no-new-privs', '--inh-caps=-all', '--bounding-set=-all', '--pdeathsig=KILL'];
}
