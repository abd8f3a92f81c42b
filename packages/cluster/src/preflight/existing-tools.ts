import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasReason, type Key, keyText, messageOf } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Existing, ExistingSettings, HttpPort, Selection } from '@slipway/definition';
import { Secret } from '@slipway/kinds';
import { existingSettings, type Settled } from '../grant-wishes.ts';
import { settle } from '../settle.ts';
import type { Obstacle } from './obstacle.ts';

const CHECK_MS = 30_000;

/** What is wrong with tools that somebody runs already: their credentials, and what each says when it is asked. */
export async function existingObstacles(
  selection: Selection,
  client: Client,
  { http, signal }: { http: HttpPort; signal?: AbortSignal },
): Promise<Obstacle[]> {
  const chosen = settle(selection, new Map()).filter(({ component }) => component.engine === 'existing');
  const found = await Promise.all(
    chosen.map(each => checkOne(each, { client, http, ...(signal ? { signal } : {}) })),
  );
  return found.flat();
}

interface Asking {
  client: Client;
  http: HttpPort;
  signal?: AbortSignal;
}

async function checkOne({ component, settings }: Settled, asking: Asking): Promise<Obstacle[]> {
  const { technology, existing: where } = component;
  const { existing } = technology;
  if (!existing || !where) return [];
  const own = existingSettings(where, settings);
  const read = await readCredentials(technology.id, existing, own.credentials, asking.client);
  if ('obstacles' in read) return read.obstacles;
  const folder = await mkdtemp(join(tmpdir(), 'slipway-existing-'));
  try {
    return await askTool(technology.id, existing, own, { ...asking, ...read, folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function askTool(
  id: string,
  existing: Existing,
  settings: ExistingSettings,
  { http, signal, credentials, folder }: Asking & { credentials: Record<string, string>; folder: string },
): Promise<Obstacle[]> {
  const timeout = AbortSignal.timeout(CHECK_MS);
  const ca = credentials['ca.crt'];
  const ports = {
    http,
    credentials,
    folder,
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    ...(ca ? { ca } : {}),
  };
  const findings = await existing.check(ports, settings).catch(error => [
    {
      check: 'answer',
      ok: false,
      found: messageOf(error),
      advice: 'see that it runs and can be reached from here',
    },
  ]);
  return findings
    .filter(({ ok }) => !ok)
    .map(({ check, found, advice = 'see how it is set up' }) => ({
      check: 'existing',
      what: `${id}: ${check}: ${found}`,
      where: settings.address,
      advice,
    }));
}

/** The values of the Secret, or what it lacks. */
async function readCredentials(
  id: string,
  { credentials: keys = {} }: Existing,
  secret: Key | undefined,
  client: Client,
): Promise<{ credentials: Record<string, string> } | { obstacles: Obstacle[] }> {
  const needed = Object.entries(keys).filter(([, { optional }]) => !optional);
  const live = secret && (await client.find(Secret, secret).catch(undefinedWhenForbidden));
  const values = Object.entries(live?.data ?? {}).map(([key, text]) => [
    key,
    Buffer.from(text, 'base64').toString(),
  ]);
  const lacking = needed.filter(([key]) => live?.data?.[key] === undefined);
  if (lacking.length === 0 && (live || !secret)) return { credentials: Object.fromEntries(values) };
  const names = lacking.map(([key, { description }]) => `${key} (${description})`).join(', ');
  const flags = lacking.map(([key]) => ` --from-literal=${key}=…`).join('');
  const name = secret ? keyText(secret) : 'none is named';
  const make = secret
    ? `kubectl create secret generic -n ${secret.namespace} ${secret.name}${flags}`
    : 'name a Secret of slipway-system: engine: { existing: { url, credentials } }';
  return {
    obstacles: [
      {
        check: 'existing',
        what: `${id}: ${live ? 'its Secret lacks' : 'there is no Secret with'} ${names || 'its credentials'}`,
        where: `Secret ${name}`,
        advice: make,
      },
    ],
  };
}

/** Whoever may not read it is told that, with the other rights that are missing. */
function undefinedWhenForbidden(error: unknown): undefined {
  if (!hasReason(error, 'Forbidden')) throw error;
}
