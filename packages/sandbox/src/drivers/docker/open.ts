import { createHash } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { type Log, messageOf } from '@slipway/api';
import { unsupported } from '../../errors.ts';
import { openPods } from '../../open-pods.ts';
import type { DriverOptions } from '../../open-sandbox.ts';
import type { Container, Guarantees, PodOptions, PodSandbox, Sandbox } from '../../sandbox.ts';
import { writeSystemFiles } from '../../system-files.ts';
import { type Hub, openHub } from '../namespace/hub.ts';
import { type LoopbackDialer, loopbackDialer } from '../namespace/loopback.ts';
import { findTools, type Tools } from '../namespace/tools.ts';
import { runInEngine } from './container.ts';
import { type EngineApi, engineApi } from './engine-api.ts';
import { type EngineImages, engineImages } from './images.ts';

/** Names the platform whose container it is. */
const LABEL = 'dev.slipway.sandbox';
const POD_LABEL = 'dev.slipway.pod';
/** On the container that others share namespaces with. */
const PAUSE_LABEL = 'dev.slipway.pause';

interface Context {
  isPodman: boolean;
  api: EngineApi;
  images: EngineImages;
  hub: Hub;
  label: string;
  folder: string;
  tools: Tools;
  log: Log;
}

/**
 * Pods as containers of a Docker-compatible engine on this machine. The engine gives files, limits and processes; the
 * network is ours, for its own knows neither Services nor the egress rule. To link it, root is needed and an engine
 * whose processes are this machine's.
 */
export async function openDockerSandbox(options: DriverOptions): Promise<Sandbox> {
  const { dockerSocket, path, log } = options;
  if (!dockerSocket) throw unsupported('docker', 'no socket is given');
  const api = engineApi(dockerSocket);
  const version = await api
    .call<{ Os?: string; Components?: { Name: string }[] }>({ method: 'GET', path: '/version' })
    .catch(error => {
      throw unsupported('docker', `no engine answers at ${dockerSocket} (${messageOf(error)})`);
    });
  if (version.Os !== 'linux') throw unsupported('docker', `the engine runs ${version.Os} containers`);
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw unsupported('docker', "pods' networks are linked from this machine, which needs Linux and root");
  }
  const { tools, missing } = findTools(path);
  if (!tools) throw unsupported('docker', `missing programs: ${missing.join(', ')} (util-linux, iproute2)`);
  const hub = await openHub({ tools, rootless: false, log }).catch(error => {
    throw unsupported('docker', messageOf(error));
  });
  const folder = join(options.folder, 'pods');
  await mkdir(folder, { recursive: true, mode: 0o711 });
  const label = createHash('sha256').update(options.folder).digest('hex').slice(0, 16);
  const isPodman = (version.Components ?? []).some(({ Name }) => Name.startsWith('Podman'));
  const context: Context = { isPodman, api, images: engineImages(api), hub, label, folder, tools, log };
  await trial(context).catch(error => {
    hub.close();
    throw unsupported('docker', `a container could not be run: ${messageOf(error)}`);
  });
  return sandboxOf(context, await guaranteesOf(api));
}

/** What the engine can limit here, as it says itself. */
interface EngineInfo {
  MemoryLimit?: boolean;
  CpuCfsQuota?: boolean;
  PidsLimit?: boolean;
}

async function guaranteesOf(api: EngineApi): Promise<Guarantees> {
  const info = await api.call<EngineInfo>({ method: 'GET', path: '/info' });
  const can = { memory: info.MemoryLimit, CPU: info.CpuCfsQuota, processes: info.PidsLimit };
  const cannot = Object.entries(can).flatMap(([name, can]) => (can === false ? [name] : []));
  const limits =
    cannot.length === 0
      ? { holds: true as const }
      : { holds: false as const, reason: `driver docker: the engine cannot limit ${cannot.join(', ')} here` };
  return { ownFiles: { holds: true }, ownNetwork: { holds: true }, limits, anyImage: { holds: true } };
}

/** The real thing, once: a container that is joined to our network. */
async function trial(context: Context): Promise<void> {
  const network = { lookup: async () => [], connect: () => Promise.reject(new Error('a trial')) };
  const id = `trial-${process.pid}`;
  const pod = await openPod(context, {
    id,
    hostname: 'trial',
    address: '10.245.255.253',
    network,
    ports: [],
  });
  await pod.stop();
}

function sandboxOf(context: Context, guarantees: Guarantees): Sandbox {
  const pods = openPods(options => openPod(context, options));
  return {
    driver: 'docker',
    guarantees,
    pod: pods.pod,
    dial: pods.dial,
    carry: ports => context.hub.carry(ports),
    remove: folder => rm(folder, { recursive: true, force: true }),
    clean: async () => {
      if (pods.standing().length > 0) return;
      await removeContainers(context, { label: [`${LABEL}=${context.label}`] });
      await rm(context.folder, { recursive: true, force: true });
    },
    close: async () => {
      await pods.stop();
      context.hub.close();
    },
  };
}

async function openPod(context: Context, options: PodOptions): Promise<PodSandbox> {
  const { api, hub, label } = context;
  const labels = { [LABEL]: label, [POD_LABEL]: options.id };
  const folder = join(context.folder, options.id);
  let inside: LoopbackDialer | undefined;
  let net: number | undefined;
  const stop = async () => {
    hub.leave(options.address);
    inside?.close();
    if (net !== undefined) closeSync(net);
    net = undefined;
    await removeContainers(context, { label: [`${LABEL}=${label}`, `${POD_LABEL}=${options.id}`] });
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await mkdir(folder, { recursive: true, mode: 0o711 });
    await writeSystemFiles(folder, options, hub.gateway);
    const pause = await startPause(context, options, labels);
    net = openSync(`/proc/${pause.pid}/ns/net`, 'r');
    await hub.adopt(options, net);
    const loopback = loopbackDialer({ ...context, spaces: { descriptors: { net }, close: () => {} } });
    inside = loopback;
    const mounts = ['hosts', 'resolv.conf'].map(name => ({
      ...{ source: join(folder, name), target: `/etc/${name}`, readOnly: true },
    }));
    // Docker gives the host name with the network, and refuses to be told it again.
    const hostname = context.isPodman ? options.hostname : undefined;
    const container = { api, hostname, images: context.images, pause: pause.id, labels, mounts };
    return {
      id: options.id,
      address: options.address,
      start: (given): Promise<Container> => runInEngine(container, given),
      dial: port => hub.dial({ address: options.address, port }),
      dialLoopback: loopback.dial,
      stop,
    };
  } catch (error) {
    await stop().catch(() => {});
    throw error;
  }
}

/** Holds the pod's namespaces, and ends all its processes when the platform lets go of its input. */
async function startPause(
  { api, images }: Context,
  options: PodOptions,
  labels: Record<string, string>,
): Promise<{ id: string; pid: number }> {
  const { Id } = await api.call<{ Id: string }>({
    method: 'POST',
    path: '/containers/create',
    json: {
      ...{
        Image: await images.pause(),
        // A shell that waits for one child buries all others too, which the first process has to do for its pod.
        Entrypoint: ['/bin/sh', '-c', '/pause; exit'],
        Hostname: options.hostname.slice(0, 63),
        Labels: { ...labels, [PAUSE_LABEL]: 'true' },
      },
      ...{ OpenStdin: true, StdinOnce: true, AttachStdin: true },
      HostConfig: {
        ...{ NetworkMode: 'none', IpcMode: 'shareable', CapDrop: ['ALL'], ReadonlyRootfs: true },
        SecurityOpt: ['no-new-privileges'],
        Ulimits: [
          { Name: 'nofile', Soft: 1024, Hard: 1024 },
          { Name: 'nproc', Soft: 4096, Hard: 4096 },
        ],
      },
    },
  });
  const path = `/containers/${Id}`;
  const input = await api.hijack({
    method: 'POST',
    path: `${path}/attach`,
    query: { stream: '1', stdin: '1' },
  });
  input.resume();
  await api.call({ method: 'POST', path: `${path}/start` });
  const { State } = await api.call<{ State: { Pid: number } }>({ method: 'GET', path: `${path}/json` });
  return { id: Id, pid: State.Pid };
}

async function removeContainers({ api }: Context, filters: { label: string[] }): Promise<void> {
  const query = { all: '1', filters: JSON.stringify(filters) };
  const found = await api.call<{ Id: string; Labels?: Record<string, string> }[]>({
    method: 'GET',
    path: '/containers/json',
    query,
  });
  const remove = ({ Id }: { Id: string }) =>
    api.find({ method: 'DELETE', path: `/containers/${Id}`, query: { force: '1', v: '1' } });
  // Those that share another's namespaces go before it.
  await Promise.all(found.filter(one => !one.Labels?.[PAUSE_LABEL]).map(remove));
  await Promise.all(found.filter(one => one.Labels?.[PAUSE_LABEL]).map(remove));
}
