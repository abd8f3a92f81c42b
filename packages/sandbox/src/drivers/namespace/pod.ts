import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '@slipway/api';
import { startOf } from '../../process-tree.ts';
import type { Container, ContainerOptions, Mount, PodOptions, PodSandbox } from '../../sandbox.ts';
import { writeSystemFiles } from '../../system-files.ts';
import type { Cgroups, Group } from './cgroups.ts';
import { checkCommand } from './command.ts';
import { runContainer } from './container.ts';
import { containerFstab } from './fstab.ts';
import type { Hub } from './hub.ts';
import { loopbackDialer } from './loopback.ts';
import type { Spaces } from './namespaces.ts';
import { makeTarget } from './root-path.ts';
import { makeRoot, workFolder } from './root-source.ts';
import type { ToolRoot } from './tool-root.ts';
import type { Tools } from './tools.ts';

export interface PodContext {
  tools: Tools;
  rootless: boolean;
  hub: Hub;
  cgroups: Cgroups;
  toolRoot: ToolRoot;
  /** Of all pods. */
  folder: string;
  /** Options of overlay mounts here; undefined: there are none to be had, so roots are copies. */
  overlay: string[] | undefined;
  removeFolder(folder: string): Promise<void>;
  log: Log;
}

/** A pod of the namespace driver: its network and host name now, a container's own namespaces with each start. */
export async function openPod(context: PodContext, options: PodOptions): Promise<PodSandbox> {
  const folder = join(context.folder, options.id);
  await mkdir(folder, { recursive: true, mode: 0o711 });
  await writeSystemFiles(folder, options, context.hub.gateway);
  const spaces = await context.hub.join(options);
  const running = new Set<{ container: Container; group: Group }>();
  const loopback = loopbackDialer({ ...context, spaces: withUser(context, spaces) });
  let starts = 0;

  async function start(container: ContainerOptions): Promise<Container> {
    starts++;
    const group = context.cgroups.make(`${options.id}-${starts}`, container.limits);
    try {
      const place = join(folder, `${container.name}-${starts}`);
      const made = await runIn({ context, spaces, group, folder, place }, container);
      const entry = { container: made, group };
      running.add(entry);
      void made.exited.then(async () => {
        running.delete(entry);
        await group.remove();
        await context.removeFolder(workFolder(container.rootfs.upper));
      });
      return made;
    } catch (error) {
      await group.remove();
      throw error;
    }
  }

  return {
    id: options.id,
    address: options.address,
    start,
    dial: port => context.hub.dial({ address: options.address, port }),
    dialLoopback: loopback.dial,
    stop: async () => {
      context.hub.leave(options.address);
      loopback.close();
      const all = [...running];
      for (const { container } of all) container.kill('SIGKILL');
      await Promise.all(all.map(({ container }) => container.exited));
      await Promise.all(all.map(({ group }) => group.remove()));
      spaces.close();
      await context.removeFolder(folder);
    },
  };
}

interface Place {
  context: PodContext;
  spaces: Spaces;
  group: Group;
  /** The pod's own files, and this container's. */
  folder: string;
  place: string;
}

async function runIn({ context, spaces, group, folder, place }: Place, container: ContainerOptions) {
  const { layers, upper } = container.rootfs;
  await mkdir(upper, { recursive: true });
  await chmod(upper, 0o755);
  const stack = [upper, ...[...layers].reverse()];
  checkCommand(container, stack);
  await mkdir(place, { recursive: true });
  const rootfs = await makeRoot(context, container.rootfs, place);
  const mounts = [...systemMounts(folder, container), ...container.mounts].map(async mount => ({
    source: mount.source,
    readOnly: mount.readOnly,
    inside: makeTarget(stack, mount.target, (await stat(mount.source)).isDirectory() ? 'folder' : 'file'),
  }));
  for (const path of ['/proc', '/dev', '/tmp', container.workingDir || '/'])
    makeTarget(stack, path, 'folder');
  const fstab = join(place, 'fstab');
  const text = containerFstab({
    toolRoot: context.toolRoot,
    rootfs,
    readOnly: container.readOnlyRootFilesystem,
    mounts: await Promise.all(mounts),
  });
  await writeFile(fstab, text);
  const { tools, rootless, toolRoot } = context;
  const limiter = limiterOf(context, container);
  const run = {
    tools,
    rootless,
    group,
    fstab,
    limiter,
    spaces: withUser(context, spaces),
    toolRoot: toolRoot.folder,
    folder: place,
  };
  const made = await runContainer(run, container);
  await writeFile(join(place, 'pid'), `${made.pid ?? 0} ${startOf(made.pid ?? 0) ?? ''}`);
  return made;
}

/** Without root all namespaces belong to the hub's user namespace, which has to be entered first. */
function withUser({ hub: { user } }: PodContext, spaces: Spaces): Spaces {
  return user === undefined ? spaces : { ...spaces, descriptors: { ...spaces.descriptors, user } };
}

/** Fixed files of every pod, mounted where an image may have its own. */
function systemMounts(folder: string, container: ContainerOptions): Mount[] {
  return ['hosts', 'resolv.conf', 'hostname']
    .map(name => ({ source: join(folder, name), target: `/etc/${name}`, readOnly: name !== 'hosts' }))
    .filter(mount => !container.mounts.some(other => other.target === mount.target));
}

/** What a process may have of its own data beyond its limit: stacks and reservations that it never touches. */
const HEADROOM_BYTES = 512 * 2 ** 20;

/**
 * Without cgroups, bounds that every user may set: on each process' memory, looser, for it counts what is asked for, not
 * what is used; and without root on processes, counted over all pods, for they are one user's (root has no such bound).
 */
function limiterOf({ tools, cgroups, rootless }: PodContext, { limits }: ContainerOptions): string[] {
  const can = (controller: 'memory' | 'pids') => cgroups.controllers.includes(controller);
  const bounds: string[] = [];
  if (limits.memoryBytes && !can('memory')) bounds.push(`--data=${limits.memoryBytes + HEADROOM_BYTES}`);
  if (limits.pids && !can('pids') && rootless) bounds.push(`--nproc=${limits.pids}`);
  return tools.prlimit && bounds.length > 0 ? [tools.prlimit, ...bounds] : [];
}
