import { randomUUID } from 'node:crypto';
import { askWho, type Client } from '@slipway/client';
import {
  applyObjects,
  type Change,
  diffPlan,
  PLAN_DIGEST,
  partChange,
  plan,
  probeOutcome,
  prune,
  type Revision,
  recordRevision,
  requestProbe,
  type Selection,
} from '@slipway/definition';
import { Platform } from '@slipway/kinds';
import type { Connection } from './connection.ts';
import { CommandError, say } from './output.ts';

export interface AppliedDefinition extends Change {
  revision: Revision;
  /** What did not answer its probe in time. */
  failed: string[];
}

const POLL_MS = 100;

/**
 * Applies a definition to a running platform and asks every component afterwards. Whatever the server would refuse is
 * refused before anything is written: the difference is the server's own dry run.
 */
export async function applyDefinition(
  { client, platform }: Connection,
  selection: Selection,
  { cause, timeoutMs }: { cause: string; timeoutMs: number },
): Promise<AppliedDefinition> {
  await refuseOtherName(client, selection.name);
  const change = partChange(await diffPlan(client, plan(selection)), selection, platform);
  // First the revision: a crash after it is mended by the next start, which takes up the newest.
  const { username } = await askWho(client);
  const revision = await recordRevision(client, selection.document, { actor: username, cause });
  const metadata = { annotations: { [PLAN_DIGEST]: null } };
  await client.patch(Platform, { name: selection.name }, { type: 'merge', body: { metadata } });
  const present = change.live.filter(({ result }) => result !== 'gone').map(({ object }) => object);
  await applyObjects(client, present);
  const gone = change.live.filter(({ result }) => result === 'gone').map(({ object }) => object);
  await prune(client, gone);
  say('asking every component');
  return { ...change, revision, failed: await probed(client, selection.name, timeoutMs) };
}

async function refuseOtherName(client: Client, name: string): Promise<void> {
  const { items } = await client.list(Platform);
  const running = items.map(item => item.metadata.name);
  if (running.includes(name)) return;
  throw new CommandError(
    `metadata.name: found ${JSON.stringify(name)}, but the running platform is ${running.join(', ')}; a running platform keeps its name`,
    { next: 'use that name, or slipway down and slipway up -f to start under the new one' },
  );
}

async function probed(client: Client, name: string, timeoutMs: number): Promise<string[]> {
  const mark = randomUUID();
  await requestProbe(client, name, mark);
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const failed = await probeOutcome(client, name, mark);
    if (failed?.length === 0) return [];
    if (performance.now() >= deadline) return failed ?? ['the platform did not ask its components in time'];
    await new Promise(resolve => setTimeout(resolve, POLL_MS));
  }
}
