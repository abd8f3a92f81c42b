import { readdir, readFile } from 'node:fs/promises';
import type { Client } from '@slipway/client';
import { ScoreCheck, Scorecard } from '@slipway/kinds';
import { loadAll } from 'js-yaml';

const FOLDER = new URL('./shipped/', import.meta.url);
const KINDS = { Scorecard, Check: ScoreCheck };

/** Applies the scorecards and checks that come with the product. Exemptions are not theirs, so they stay. */
export async function applyShippedScorecards(client: Client): Promise<void> {
  for (const name of await readdir(FOLDER)) {
    for (const value of loadAll(await readFile(new URL(name, FOLDER), 'utf8'))) {
      const object = value as Scorecard | ScoreCheck;
      const kind = KINDS[object.kind as keyof typeof KINDS];
      await client.apply(kind as typeof Scorecard, object as Scorecard, {
        fieldManager: 'slipway-portal',
        force: true,
      });
    }
  }
}
