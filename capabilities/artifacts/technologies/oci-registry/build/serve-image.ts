// Runs a built image as a pod would, for tests.
import { mkdir, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { systemClock } from '@slipway/api';
import { type ImageConfig, type ImageManifest, parseImageConfig } from '@slipway/oci';
import type { Sandbox } from '@slipway/sandbox';
import type { Testbed } from './testbed.ts';

export interface Bench {
  run: Sandbox;
  bed: Testbed;
  folder: string;
}

/** Configuration and unpacked layers of an image in the test's registry. */
export async function readImage(
  bed: Testbed,
  digest: string,
): Promise<{ config: ImageConfig; layers: string[] }> {
  const { bytes } = await bed.registry.manifest('acme/app', digest);
  const manifest = JSON.parse(bytes.toString()) as ImageManifest;
  const config = parseImageConfig(
    Buffer.concat(await bed.registry.blobs.read(manifest.config.digest).toArray()),
  );
  return { config, layers: await bed.layers.unpack({ manifest, config }) };
}

/** Runs the image as a pod would, and gets a page of it. */
export async function serve({ run, bed, folder }: Bench, digest: string, path = '/'): Promise<string> {
  const { config, layers } = await readImage(bed, digest);
  const upper = join(folder, `upper-${digest.slice(-8)}`);
  await mkdir(upper, { recursive: true });
  const address = '10.245.250.9';
  const denied = async () => {
    throw new Error('no network');
  };
  const pod = await run.pod({
    id: crypto.randomUUID(),
    hostname: 'app',
    address,
    network: { lookup: async () => [], connect: denied },
    ports: [8080],
  });
  try {
    const { Env = [], Cmd = [], Entrypoint = [], WorkingDir = '/' } = config.config ?? {};
    await pod.start({
      name: 'app',
      rootfs: { layers, upper },
      image: `acme/app@${digest}`,
      command: [...Entrypoint, ...Cmd],
      env: Object.fromEntries(
        Env.map(entry => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
      ),
      workingDir: WorkingDir,
      user: { uid: 0, gid: 0 },
      hostBased: true,
      mounts: [],
      readOnlyRootFilesystem: false,
      limits: {},
      tty: false,
      stdin: false,
    });
    return await get(pod, path);
  } finally {
    await pod.stop();
    await rm(upper, { recursive: true, force: true });
  }
}

async function get(pod: Awaited<ReturnType<Sandbox['pod']>>, path: string): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    try {
      const socket = await pod.dial(8080);
      return await new Promise((resolve, reject) => {
        const outgoing = request(
          { createConnection: () => socket, path, headers: { host: 'app', connection: 'close' } },
          async answer => {
            resolve(Buffer.concat(await answer.toArray()).toString());
          },
        );
        outgoing.on('error', reject);
        outgoing.end();
      });
    } catch (error) {
      if (attempt > 300) throw error;
      await systemClock.sleep(50);
    }
  }
}
