import { containerFailed } from '../../errors.ts';
import { exited, exitOf } from '../../exit.ts';
import { childrenOf, signal } from '../../process-tree.ts';
import type { Container, ContainerOptions, Exit, Process } from '../../sandbox.ts';
import { terminalResizer } from '../../terminal.ts';
import type { Group } from './cgroups.ts';
import { checkCommand } from './command.ts';
import { type ContainerProcess, startProcess } from './container-process.ts';
import { entering, type Space, type Spaces } from './namespaces.ts';
import { launchCommand } from './privileges.ts';
import { LAUNCH, STAGE } from './scripts.ts';
import type { Tools } from './tools.ts';

export interface RunContext {
  tools: Tools;
  rootless: boolean;
  /** Namespaces of the pod, with the hub's user namespace when there is one. */
  spaces: Spaces;
  group: Group;
  fstab: string;
  toolRoot: string;
  /** The container's own; the overlay's layers are named relative to it. */
  folder: string;
  /** `prlimit` arguments where cgroups cannot limit. */
  limiter: string[];
}

/** Starts a container's main process in namespaces of its own below its pod's. */
export async function runContainer(context: RunContext, options: ContainerOptions): Promise<Container> {
  const running = startProcess({
    tools: context.tools,
    joinFiles: context.group.joinFiles,
    command: stageCommand(context, options),
    folder: context.folder,
    env: options.env,
    descriptors: spaceKinds(context.spaces).map(kind => context.spaces.descriptors[kind] ?? -1),
    tty: options.tty,
    stdin: options.stdin,
  });
  const report = readReport(running);
  const ended = exited(running.child).then(async () => withMemory(await report.ended, context.group));
  await report.started.catch(error => {
    throw containerFailed(options.name, error.message);
  });
  const init = () => initOf(running.child.pid, options.tty);
  return {
    get pid() {
      return mainOf(init());
    },
    stdout: running.stdout,
    stderr: running.stderr,
    ...(options.stdin ? { stdin: running.stdin } : {}),
    exited: ended,
    kill: name => kill(init(), name),
    resize: resizer(context.tools, running, options.tty),
    exec: async call => runExec({ ...context, options }, init(), call),
  };
}

function stageCommand(context: RunContext, options: ContainerOptions): string[] {
  const { tools, spaces, rootless, fstab, toolRoot } = context;
  // A whole /proc would let a process in a user namespace mount another, and write what root may; without root it is
  // needed to name the container's user, and gives nothing.
  const procToRemove = rootless ? '' : '/proc';
  return [
    ...entering(tools, spaceKinds(spaces), 3),
    ...[tools.setpriv, '--pdeathsig=KILL'],
    ...context.limiter,
    ...[tools.unshare, '--mount', '--pid', '--cgroup', '--fork', '--kill-child', '--'],
    ...[
      tools.sh,
      '-c',
      STAGE,
      'stage',
      fstab,
      toolRoot,
      tools.mount,
      tools.pivot_root,
      tools.umount,
      procToRemove,
    ],
    ...launchCommand({
      ...{ tools, rootless, script: LAUNCH },
      user: options.user,
      dropCapabilities: options.dropCapabilities,
      workingDir: options.workingDir,
      command: options.command,
    }),
  ];
}

function spaceKinds(spaces: Spaces): Space[] {
  return (['net', 'uts', 'ipc', 'user'] as Space[]).filter(kind => spaces.descriptors[kind] !== undefined);
}

/**
 * What the first process says: that the surroundings stand, and how the command ended. When it is silent about the end
 * it was itself killed, and everything with it (`unshare` cannot pass that on). Anything else is why nothing started.
 */
function readReport({ report, child }: ContainerProcess): { started: Promise<void>; ended: Promise<Exit> } {
  const started = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<Exit>();
  let said = '';
  report.on('data', chunk => {
    said += String(chunk);
    if (said.includes('started\n')) started.resolve();
  });
  const finish = () => {
    const code = /^exited (\d+)$/m.exec(said)?.[1];
    started.reject(new Error(said.trim() || 'the tools ended early'));
    ended.resolve(code === undefined ? exitOf(null, 'SIGKILL') : exitOf(Number(code), null));
  };
  report.once('close', finish);
  report.once('error', finish);
  child.once('error', error => {
    said = error.message;
    finish();
  });
  return { started: started.promise, ended: ended.promise };
}

/** First process of the container's pid namespace: the only child of `unshare`, itself below `script` with a terminal. */
function initOf(pid: number | undefined, tty: boolean): number | undefined {
  if (pid === undefined) return undefined;
  const outer = tty ? childrenOf(pid)[0] : pid;
  return outer === undefined ? undefined : childrenOf(outer)[0];
}

/** The eldest child of the first process; what was orphaned comes after it. */
function mainOf(init: number | undefined): number | undefined {
  return init === undefined ? undefined : childrenOf(init)[0];
}

/** The kernel ends all of a pid namespace with its first process. */
function kill(init: number | undefined, name: NodeJS.Signals): void {
  if (init === undefined) return;
  const target = name === 'SIGKILL' ? init : mainOf(init);
  if (target !== undefined) signal(target, name);
}

function withMemory(exit: Exit, group: Group): Exit {
  if (exit.exitCode !== 137 || !group.ranOutOfMemory()) return exit;
  return { ...exit, outOfMemory: true };
}

/** Joins a running container: the tools' root of its first process, then the same launch as the main process had. */
function runExec(
  context: RunContext & { options: ContainerOptions },
  init: number | undefined,
  call: { command: string[]; tty: boolean; env?: Record<string, string> },
): Process {
  const { tools, rootless, options, group } = context;
  if (init === undefined || mainOf(init) === undefined)
    throw containerFailed(options.name, 'it is not running');
  const { upper, layers } = options.rootfs;
  checkCommand({ ...options, ...call, env: { ...options.env, ...call.env } }, [
    upper,
    ...[...layers].reverse(),
  ]);
  const user = rootless ? ['--user', '--preserve-credentials'] : [];
  const root = `/proc/${init}/root`;
  const running = startProcess({
    tools,
    joinFiles: group.joinFiles,
    command: [
      ...[tools.setpriv, '--pdeathsig=KILL', tools.nsenter, `--target=${init}`, ...user],
      ...['--mount', '--net', '--uts', '--ipc', '--pid', '--cgroup', `--root=${root}`, `--wd=${root}`, '--'],
      ...launchCommand({
        ...{ tools, rootless, script: LAUNCH },
        user: options.user,
        dropCapabilities: options.dropCapabilities,
        workingDir: options.workingDir,
        command: call.command,
      }),
    ],
    env: { ...options.env, ...call.env },
    folder: '/',
    descriptors: [],
    tty: call.tty,
    stdin: true,
  });
  return processOf(tools, running, call.tty);
}

function resizer(tools: Tools, { child }: ContainerProcess, tty: boolean): Process['resize'] {
  return tty
    ? terminalResizer(
        async () => tools.stty,
        () => child.pid,
      )
    : () => {};
}

function processOf(tools: Tools, running: ContainerProcess, tty: boolean): Process {
  running.report.resume();
  const { child } = running;
  /** `nsenter` waits for the command, which is its child; with a terminal `script` waits for `nsenter`. */
  const inner = () => initOf(child.pid, tty);
  return {
    stdin: running.stdin,
    stdout: running.stdout,
    stderr: running.stderr,
    exited: exited(child),
    resize: resizer(tools, running, tty),
    kill: name => {
      const pid = inner();
      if (pid !== undefined) signal(pid, name);
    },
  };
}
