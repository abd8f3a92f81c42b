import type { Tools } from './tools.ts';

/**
 * What a root process in a container may do: as Docker gives it, without `mknod` and `net_raw`, which have
 * uses against the host. All but `sys_chroot` is needed by ordinary images (package managers, `su`, low ports).
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
  // Without root: the kernel asks it of who gives a container's user its name.
  'setfcap',
];

export interface Launch {
  tools: Tools;
  rootless: boolean;
  user: { uid: number; gid: number; groups?: number[] };
  workingDir: string;
  command: string[];
  script: string;
}

/**
 * Gives up privileges, then enters the container's root and becomes its command. Without root there is one id to be
 * had: another user is a user namespace of its own in which that id is called so.
 */
export function launchCommand({ tools, rootless, user, workingDir, command, script }: Launch): string[] {
  const plain = user.uid === 0 && user.gid === 0;
  const groups = rootless
    ? []
    : [
        `--regid=${user.gid}`,
        user.groups?.length ? `--groups=${[...new Set(user.groups)].join(',')}` : '--clear-groups',
      ];
  const bounding = `-all,${CAPABILITIES.map(name => `+${name}`).join(',')}`;
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

/** Takes every privilege from what only moves bytes. */
export function unprivileged(tools: Tools): string[] {
  return [tools.setpriv, '--no-new-privs', '--inh-caps=-all', '--bounding-set=-all', '--pdeathsig=KILL'];
}
