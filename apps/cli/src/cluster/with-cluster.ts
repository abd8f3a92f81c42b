import type { Selection } from '@slipway/definition';
import { selectFile } from '../definition-source.ts';
import { type Cluster, type OpenOptions, openCluster } from './open-cluster.ts';

/** Opens the cluster that a definition names, does something with it, and closes it again. */
export async function withCluster<T>(
  selection: Selection,
  file: string,
  work: (cluster: Cluster) => Promise<T>,
  options: OpenOptions = {},
): Promise<T> {
  const cluster = await openCluster(selection, file, options);
  try {
    return await work(cluster);
  } finally {
    cluster.close();
  }
}

/** The definition in a file when its target is a cluster; undefined: the command means a platform of this machine. */
export async function clusterSelection(
  file: string | undefined,
): Promise<{ selection: Selection; file: string } | undefined> {
  if (file === undefined) return undefined;
  const selection = await selectFile(file);
  return selection.ground === 'kubernetes' ? { selection, file } : undefined;
}
