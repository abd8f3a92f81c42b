import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseQuantity, quantityText } from '@slipway/api';
import type { Pod } from '@slipway/kinds';
import { folderOf, logsOf, type PodState, volumesOf } from './pod-state.ts';

/** Upstream's kubelet looks every 10 s; here there are fewer pods to look at. */
const LOOK_MS = 2_000;
const BLOCK_BYTES = 512;

/**
 * Watches what a pod keeps on the node's disk and evicts it, in upstream's words, when it is more than it may: an
 * emptyDir's `sizeLimit`, the containers' `ephemeral-storage` limits. A pod without either is not looked at.
 */
export async function watchLocalStorage(state: PodState): Promise<void> {
  const { node, stopped } = state;
  if (!isLimited(state.pod)) return;
  try {
    for (;;) {
      await node.clock.sleep(LOOK_MS, stopped);
      if (state.observed.ended || state.observed.verdict) return;
      const message = await excess(state);
      if (message) return evict(state, message);
    }
  } catch {
    // The clock rejects when the pod is over.
  }
}

function evict({ node, pod, observed, poke }: PodState, message: string): void {
  observed.verdict = { phase: 'Failed', reason: 'Evicted', message };
  node.event(pod, 'Warning', 'Evicted', message);
  poke();
}

function isLimited({ spec }: Pod): boolean {
  return totalLimit(spec) !== undefined || (spec.volumes ?? []).some(volume => volume.emptyDir?.sizeLimit);
}

/** Upstream adds up containers' limits; one without makes the pod's unlimited. */
function totalLimit(spec: Pod['spec']): bigint | undefined {
  const limits = spec.containers.map(one => one.resources?.limits?.['ephemeral-storage']);
  if (limits.some(limit => limit === undefined)) return undefined;
  return limits.reduce((sum, limit) => sum + bytes(limit ?? '0'), 0n);
}

async function excess(state: PodState): Promise<string | undefined> {
  const { pod } = state;
  for (const { name, emptyDir } of pod.spec.volumes ?? []) {
    const limit = emptyDir?.sizeLimit;
    if (limit && (await usage(join(volumesOf(state), name))) > bytes(limit))
      return `Usage of EmptyDir volume ${JSON.stringify(name)} exceeds the limit ${JSON.stringify(limit)}. `;
  }
  const total = totalLimit(pod.spec);
  if (total === undefined) return undefined;
  const used = (await usage(folderOf(state))) + (await usage(logsOf(state)));
  const text = quantityText(total * 1000n, pod.spec.containers[0]?.resources?.limits?.['ephemeral-storage']);
  return used > total
    ? `Pod ephemeral local storage usage exceeds the total limit of containers ${text}. `
    : undefined;
}

function bytes(quantity: string | number): bigint {
  return parseQuantity(quantity) / 1000n;
}

/** What a folder takes on the disk; what goes away meanwhile, or may not be read, counts nothing. */
async function usage(folder: string): Promise<bigint> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  let sum = 0n;
  for (const entry of entries) {
    const found = await lstat(join(entry.parentPath, entry.name)).catch(() => undefined);
    sum += BigInt((found?.blocks ?? 0) * BLOCK_BYTES);
  }
  return sum;
}
