import { readFile, statfs } from 'node:fs/promises';
import { arch, availableParallelism, release, totalmem } from 'node:os';
import type { NodeFacts } from './plan.ts';

const ARCHITECTURES: Record<string, string> = { x64: 'amd64', ia32: '386' };

/** What this machine is. */
export async function readNodeFacts(options: {
  name: string;
  driver: string;
  folder: string;
}): Promise<NodeFacts> {
  const disk = await statfs(options.folder);
  return {
    name: options.name,
    address: '127.0.0.1',
    podCidr: '10.244.0.0/16',
    cpus: availableParallelism(),
    memoryBytes: totalmem(),
    diskBytes: disk.blocks * disk.bsize,
    architecture: ARCHITECTURES[arch()] ?? arch(),
    kernel: release(),
    osImage: await osName(),
    machineId: (await read('/etc/machine-id')).trim(),
    driver: options.driver,
    version: 'v1.36.3',
  };
}

async function osName(): Promise<string> {
  return /^PRETTY_NAME="?([^"\n]*)/m.exec(await read('/etc/os-release'))?.[1] ?? 'Linux';
}

async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
