import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { SlipwayError } from '@slipway/api';
import type { Container, Pod, Volume } from '@slipway/kinds';
import type { Mount } from '@slipway/sandbox';
import { expand } from '../env/expand.ts';
import { writeAtomically } from './atomic-writer.ts';
import { type PayloadOptions, payloadOf } from './payload.ts';

/** Makes a pod's volumes below `folder`, or brings them up to date. Rejects with `MountFailed` naming the volume. */
export async function writeVolumes(
  folder: string,
  options: PayloadOptions & { version: string },
): Promise<void> {
  for (const volume of options.pod.spec.volumes ?? []) {
    const place = join(folder, volume.name);
    const payload = await payloadOf(volume, options).catch(error => {
      throw new SlipwayError(
        'MountFailed',
        `MountVolume.SetUp failed for volume ${JSON.stringify(volume.name)} : ${error.message}`,
      );
    });
    if (payload) await writeAtomically(place, payload, options.version);
    if (volume.emptyDir) await makeEmpty(place);
  }
}

async function makeEmpty(place: string): Promise<void> {
  await mkdir(place, { recursive: true });
  await chmod(place, 0o777);
}

/** True when API objects shown in a volume may change while the pod runs. */
export function isLive(volume: Volume): boolean {
  return Boolean(volume.configMap ?? volume.secret ?? volume.projected ?? volume.downwardAPI);
}

const READ_ONLY_SOURCES: (keyof Volume)[] = ['configMap', 'secret', 'projected', 'downwardAPI'];

/** A container's mounts from the volumes' folders; `env` is for subPathExpr. */
export async function mountsOf(
  folder: string,
  { pod, container, env }: { pod: Pod; container: Container; env: ReadonlyMap<string, string> },
): Promise<Mount[]> {
  const mounts: Mount[] = [];
  for (const mount of container.volumeMounts ?? []) {
    const volume = pod.spec.volumes?.find(one => one.name === mount.name);
    if (!volume)
      throw new SlipwayError('ConfigError', `volumeMounts: no volume is named ${JSON.stringify(mount.name)}`);
    const subPath = mount.subPathExpr ? expand(mount.subPathExpr, env) : (mount.subPath ?? '');
    const source = await subFolder(join(folder, volume.name), subPath, volume);
    const isShown = READ_ONLY_SOURCES.some(key => volume[key] !== undefined);
    mounts.push({ source, target: mount.mountPath, readOnly: mount.readOnly === true || isShown });
  }
  return mounts.sort((a, b) => a.target.split('/').length - b.target.split('/').length);
}

/** A missing subPath of an emptyDir is made, as upstream does. */
async function subFolder(place: string, subPath: string, volume: Volume): Promise<string> {
  if (subPath === '') return place;
  const clean = normalize(subPath);
  if (clean.startsWith('/') || clean.split('/').includes('..')) {
    throw new SlipwayError('ConfigError', `subPath ${JSON.stringify(subPath)}: must stay inside the volume`);
  }
  const source = join(place, clean);
  const there = await stat(source).catch(() => undefined);
  if (there) return source;
  if (!volume.emptyDir)
    throw new SlipwayError('ConfigError', `subPath ${JSON.stringify(subPath)}: not in volume ${volume.name}`);
  await makeEmpty(source);
  return source;
}

/** The file a container leaves its last words in. */
export async function makeTerminationLog(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, '');
  await chmod(file, 0o666);
}
