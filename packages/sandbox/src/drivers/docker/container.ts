import type { Socket } from 'node:net';
import { commandNotFound, containerFailed } from '../../errors.ts';
import { exitOf } from '../../exit.ts';
import { signal } from '../../process-tree.ts';
import type { Container, ContainerOptions, Exit, Mount, Process, TerminalSize } from '../../sandbox.ts';
import { checkCommand } from '../namespace/command.ts';
import { bringChanges } from './changes.ts';
import type { EngineApi } from './engine-api.ts';
import { plainOutput, splitFrames } from './frames.ts';
import type { EngineImages } from './images.ts';
import { ranOutOfMemory } from './kernel-log.ts';

export interface ContainerContext {
  api: EngineApi;
  images: EngineImages;
  /** The pod's first container, whose network and processes this one shares. */
  pause: string;
  /** Where the engine has to be told. */
  hostname: string | undefined;
  labels: Record<string, string>;
  /** The pod's hosts and resolv.conf. */
  mounts: Mount[];
}

interface State {
  ExitCode: number;
  OOMKilled?: boolean;
  Pid: number;
}

/** Without these, an engine that may not raise limits cannot start anything. */
const ULIMITS = [
  { Name: 'nofile', Soft: 1024, Hard: 1024 },
  { Name: 'nproc', Soft: 4096, Hard: 4096 },
];

export async function runInEngine(context: ContainerContext, options: ContainerOptions): Promise<Container> {
  const { api } = context;
  checkCommand(options, [...options.rootfs.layers].reverse());
  const image = await context.images.ofLayers(options.rootfs.layers);
  const made = await api.call<{ Id: string }>({
    method: 'POST',
    path: '/containers/create',
    json: creation(context, options, image),
  });
  const path = `/containers/${made.Id}`;
  const query = { stream: '1', stdout: '1', stderr: '1', ...(options.stdin ? { stdin: '1' } : {}) };
  const socket = await api.hijack({ method: 'POST', path: `${path}/attach`, query });
  const output = options.tty ? plainOutput(socket) : splitFrames(socket);
  try {
    await api.call({ method: 'POST', path: `${path}/start` });
  } catch (error) {
    socket.destroy();
    const text = String(error instanceof Error ? error.message : error);
    if (/no such file|not found|executable file/i.test(text)) throw commandNotFound(options.name, text);
    throw containerFailed(options.name, text);
  }
  const begun = await stateOf(api, path);
  return {
    pid: begun.Pid || undefined,
    ...output,
    ...(options.stdin ? { stdin: socket } : {}),
    exited: waitFor(context, options, made.Id),
    kill: name => {
      // It may have ended by itself; then there is nothing to tell.
      api.call({ method: 'POST', path: `${path}/kill`, query: { signal: name } }).catch(() => {});
    },
    resize: size => resize(api, path, size),
    exec: call => execInEngine(api, { path, options, call }),
  };
}

/** Podman fails when the process ends while it looks; the next look finds it ended. */
async function stateOf(api: EngineApi, path: string): Promise<State> {
  const look = () => api.call<{ State: State }>({ method: 'GET', path: `${path}/json` });
  const { State: state } = await look().catch(look);
  return state;
}

function creation(context: ContainerContext, options: ContainerOptions, image: string): object {
  const { pause, labels, mounts, hostname } = context;
  const [program = '', ...rest] = options.command;
  const { limits, user, dropCapabilities: drop = [] } = options;
  const own = mounts.filter(mount => !options.mounts.some(other => other.target === mount.target));
  return {
    Image: image,
    Entrypoint: [program],
    Cmd: rest,
    Env: Object.entries(options.env).map(([name, value]) => `${name}=${value}`),
    WorkingDir: options.workingDir || '/',
    User: `${user.uid}:${user.gid}`,
    ...(hostname === undefined ? {} : { Hostname: hostname.slice(0, 63) }),
    Tty: options.tty,
    OpenStdin: options.stdin,
    StdinOnce: options.stdin,
    AttachStdin: options.stdin,
    AttachStdout: true,
    AttachStderr: true,
    Labels: labels,
    HostConfig: {
      NetworkMode: `container:${pause}`,
      PidMode: `container:${pause}`,
      IpcMode: `container:${pause}`,
      Mounts: [...own, ...options.mounts].map(({ source, target, readOnly }) => ({
        ...{ Type: 'bind', Source: source, Target: target, ReadOnly: readOnly },
      })),
      ReadonlyRootfs: options.readOnlyRootFilesystem,
      CapDrop: ['MKNOD', 'NET_RAW', ...drop],
      SecurityOpt: ['no-new-privileges'],
      Ulimits: ULIMITS,
      ...(user.groups ? { GroupAdd: user.groups.map(String) } : {}),
      ...(limits.memoryBytes ? { Memory: limits.memoryBytes, MemorySwap: limits.memoryBytes } : {}),
      ...(limits.cpuMillis ? { NanoCpus: limits.cpuMillis * 1_000_000 } : {}),
      ...(limits.pids ? { PidsLimit: limits.pids } : {}),
    },
  };
}

async function waitFor({ api }: ContainerContext, options: ContainerOptions, id: string): Promise<Exit> {
  const path = `/containers/${id}`;
  try {
    const { StatusCode } = await api.call<{ StatusCode: number }>({ method: 'POST', path: `${path}/wait` });
    const state = await stateOf(api, path);
    if (options.keepChanges) await bringChanges(api, path, options);
    const exit = exitOf(StatusCode, null);
    const mayBe = exit.exitCode === 137 && options.limits.memoryBytes !== undefined;
    return state.OOMKilled || (mayBe && ranOutOfMemory(id)) ? { ...exit, outOfMemory: true } : exit;
  } catch {
    // The pod was stopped, and its containers removed.
    return exitOf(null, 'SIGKILL');
  }
}

async function execInEngine(
  api: EngineApi,
  {
    path,
    options,
    call,
  }: {
    path: string;
    options: ContainerOptions;
    call: { command: string[]; tty: boolean; env?: Record<string, string> };
  },
): Promise<Process> {
  const { Id } = await api.call<{ Id: string }>({
    method: 'POST',
    path: `${path}/exec`,
    json: {
      ...{ AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty: call.tty, Cmd: call.command },
      Env: Object.entries({ ...options.env, ...call.env }).map(([name, value]) => `${name}=${value}`),
      WorkingDir: options.workingDir || '/',
      User: `${options.user.uid}:${options.user.gid}`,
    },
  });
  const started = { Detach: false, Tty: call.tty };
  const socket = await api.hijack({ method: 'POST', path: `/exec/${Id}/start`, json: started });
  const output = call.tty ? plainOutput(socket) : splitFrames(socket);
  const inspect = () =>
    api.call<{ ExitCode?: number | null; Running: boolean; Pid: number }>({
      method: 'GET',
      path: `/exec/${Id}/json`,
    });
  return {
    stdin: socket,
    ...output,
    exited: ended(socket, inspect),
    resize: size => resize(api, `/exec/${Id}`, size),
    kill: name => {
      inspect().then(
        ({ Pid }) => Pid && signal(Pid, name),
        () => {},
      );
    },
  };
}

/** Of a container or an exec; one that has ended needs none. */
function resize(api: EngineApi, path: string, { width, height }: TerminalSize): void {
  const query = { w: String(width), h: String(height) };
  api.call({ method: 'POST', path: `${path}/resize`, query }).catch(() => {});
}

/** The connection ends with the process; the engine may take a moment to know its code. */
async function ended(
  socket: Socket,
  inspect: () => Promise<{ ExitCode?: number | null; Running: boolean }>,
): Promise<Exit> {
  await new Promise(resolve => {
    socket.once('end', resolve);
    socket.once('close', resolve);
  });
  for (let tries = 0; tries < 50; tries++) {
    const state = await inspect().catch(() => undefined);
    if (!state) return exitOf(null, 'SIGKILL');
    if (!state.Running) return exitOf(state.ExitCode ?? 0, null);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  return exitOf(null, 'SIGKILL');
}
