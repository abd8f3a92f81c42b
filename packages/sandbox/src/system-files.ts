import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PodOptions } from './sandbox.ts';

/** Writes a pod's `hosts`, `resolv.conf` and `hostname` into a folder, to be mounted over its images' own. */
export async function writeSystemFiles(folder: string, pod: PodOptions, nameServer: string): Promise<void> {
  const entries = [
    { address: '127.0.0.1', names: ['localhost'] },
    { address: '::1', names: ['localhost', 'ip6-localhost', 'ip6-loopback'] },
    { address: pod.address, names: [pod.hostname] },
    ...(pod.hosts ?? []),
  ];
  const hosts = entries.map(({ address, names }) => `${address}\t${names.join(' ')}\n`).join('');
  const resolver = [`nameserver ${nameServer}`];
  if (pod.dns?.searches.length) resolver.push(`search ${pod.dns.searches.join(' ')}`);
  if (pod.dns?.options.length) resolver.push(`options ${pod.dns.options.join(' ')}`);
  await writeFile(join(folder, 'hosts'), hosts);
  await writeFile(join(folder, 'resolv.conf'), `${resolver.join('\n')}\n`);
  await writeFile(join(folder, 'hostname'), `${pod.hostname}\n`);
}
