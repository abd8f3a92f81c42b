// Writes without end to the store in the folder given, and notes each write in a file after it was acknowledged:
// what a killed process has written to a file stays, and a file never makes it wait as a full pipe would.
// Arguments: the folder, the file of notes, how many write at once (16).
import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { type KubeObject, silentLog, systemClock, systemRandom } from '@slipway/api';
import { openDataFolder } from './data-folder.ts';
import { openKeyFile } from './keys/key-file.ts';
import { openStore } from './open-store.ts';

const place = process.argv[2] ?? '';
const ports = { clock: systemClock, random: systemRandom };
const folder = openDataFolder({ path: join(place, 'data'), ...ports });
const keys = openKeyFile({ path: join(place, 'keys'), random: systemRandom });
const store = await openStore({ folder, keys, ...ports, log: silentLog });

const notes = openSync(process.argv[3] ?? '', 'a');

/** One of many at once: it makes, changes and removes its own few keys. */
async function work(worker: number): Promise<void> {
  for (let step = 0; ; step++) {
    const resource = step % 5 === 0 ? '/secrets' : '/things';
    const key = `w${worker}/n${step % 40}`;
    const removing = step % 7 === 3;
    const metadata = { name: `n${step % 40}`, namespace: `w${worker}` };
    const object = { apiVersion: 'v1', kind: 'Thing', metadata, step, filler: 'x'.repeat(step % 3000) };
    const entry = await store.write({
      resource,
      key,
      audit: {
        actor: `w${worker}`,
        door: 'api',
        verb: 'update',
        resource,
        object: key,
        source: 'test',
        outcome: 'allowed',
      },
      decide: () => ({ change: removing ? 'remove' : 'put', object: object as KubeObject }),
    });
    writeSync(notes, `${resource} ${key} ${removing ? 'gone' : step} ${entry?.resourceVersion ?? 0}\n`);
  }
}

process.stdout.write('writing\n');
await Promise.all(Array.from({ length: Number(process.argv[4] ?? 16) }, (_, worker) => work(worker)));
