import { readdir, readFile } from 'node:fs/promises';
import type { Client } from '@slipway/client';
import { ScoreCheck, Scorecard } from '@slipway/kinds';
import { loadAll } from 'js-yaml';

const FOLDER = new URL('./shipped/', import.meta.url);
const KINDS = { Scorecard, Check: ScoreCheck };

/** Applies the scorecards and checks that come with the product. Exemptions are not theirs, so they stay. */
export async function applyShippedScorecards(client: Client): Promise<void> {
  const names = await readdir(FOLDER);
  const texts = await Promise.all(names.map(name => readFile(new URL(name, FOLDER), 'utf8')));
  const objects = texts.flatMap(text => loadAll(text) as (Scorecard | ScoreCheck)[]);
  const options = { fieldManager: 'slipway-portal', force: true };
  await Promise.all(
    objects.map(object => {
      const kind = KINDS[object.kind as keyof typeof KINDS];
      return client.apply(kind as typeof Scorecard, object as Scorecard, options);
    }),
  );
}
