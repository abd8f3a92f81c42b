import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { messageOf } from '@slipway/api';
import { unsupported } from '../../errors.ts';
import { openPods } from '../../open-pods.ts';
import type { DriverOptions } from '../../open-sandbox.ts';
import { signal, startOf } from '../../process-tree.ts';
import type { Guarantees, Sandbox } from '../../sandbox.ts';
import { type Cgroups, openCgroups } from './cgroups.ts';
import { openHub } from './hub.ts';
import { openPod, type PodContext } from './pod.ts';
import { probeOverlay, removeFolder } from './probe.ts';
import { makeToolRoot } from './tool-root.ts';
import { findTools } from './tools.ts';

/**
 * Pods in Linux namespaces, made with util-linux and iproute2, with and without root. Fails with `SandboxUnsupported`
 * and the reason when a trial of everything it needs does.
 */
export async function openNamespaceSandbox(options: DriverOptions): Promise<Sandbox> {
  if (process.platform !== 'linux') throw unsupported('sandbox', 'it needs Linux');
  const { tools, missing } = findTools(options.path);
  if (!tools) throw unsupported('sandbox', `missing programs: ${missing.join(', ')} (util-linux, iproute2)`);
  const rootless = process.getuid?.() !== 0;
  const folder = join(options.folder, 'pods');
  await mkdir(folder, { recursive: true, mode: 0o711 });
  const overlay = await probeOverlay({ tools, rootless, folder: options.folder });
  const name = `slipway-${createHash('sha256').update(options.folder).digest('hex').slice(0, 12)}`;
  const cgroups = await openCgroups(name, options.clock);
  const hub = await openHub({ tools, rootless, log: options.log }).catch(error => {
    throw unsupported('sandbox', messageOf(error));
  });
  const remove = (target: string) => removeFolder({ tools, rootless }, target);
  const context: PodContext = {
    tools,
    rootless,
    hub,
    cgroups,
    folder,
    overlay: overlay.options,
    toolRoot: makeToolRoot(options.folder),
    removeFolder: remove,
    log: options.log,
  };
  const pods = openPods(pod => openPod(context, pod));
  return {
    driver: 'sandbox',
    guarantees: guaranteesOf(cgroups, overlay.reason, options.log.warn),
    pod: pods.pod,
    dial: pods.dial,
    clean: () => clean(context, new Set(pods.standing().map(pod => pod.id))),
    carry: ports => hub.carry(ports),
    remove,
    close: async () => {
      await pods.stop();
      hub.close();
      await cgroups.clear();
    },
  };
}

function guaranteesOf(cgroups: Cgroups, noOverlay: string, warn: (message: string) => void): Guarantees {
  if (noOverlay)
    warn(`sandbox: ${noOverlay}: images are copied for each container, which takes time and space`);
  const limits = cgroups.reason
    ? {
        holds: false as const,
        reason: `${cgroups.reason}; memory is bounded for each process instead, CPU not at all`,
      }
    : { holds: true as const };
  return { ownFiles: { holds: true }, ownNetwork: { holds: true }, anyImage: { holds: true }, limits };
}

/** Processes end with the platform and mounts with their processes; this is for what slipped through, and for folders. */
async function clean(context: PodContext, alive: Set<string>): Promise<void> {
  for (const pod of await readdir(context.folder).catch(() => [])) {
    if (alive.has(pod)) continue;
    const folder = join(context.folder, pod);
    for (const container of await readdir(folder).catch(() => []))
      await endLeftover(join(folder, container, 'pid'));
    await context.removeFolder(folder);
  }
  if (alive.size === 0) await context.cgroups.clear();
}

/** Only the very process that was noted: its pid may by now be somebody else's. */
async function endLeftover(file: string): Promise<void> {
  const [pid = '', start = ''] = (await readFile(file, 'utf8').catch(() => '')).split(' ');
  if (start && startOf(Number(pid)) === start) signal(Number(pid), 'SIGKILL');
}
