import type { ChangeRun } from '@slipway/kinds';
import { type ChangeOptions, changeNumber, changesOf, type Pull } from '../../change.ts';
import { EXIT, print } from '../../output.ts';

/** Lets pipelines run for what the change is now. */
export async function run(options: ChangeOptions, [repository = '', text]: string[]): Promise<number> {
  const number = changeNumber(text);
  const { call } = await changesOf(repository, options);
  const { head } = await call<Pull>(`/${number}`);
  const made = await call<ChangeRun>(`/${number}/run`, { method: 'POST', body: { commit_id: head.sha } });
  print(
    options.output,
    made,
    () => `#${number} runs at ${made.revision.slice(0, 10)}; slipway change show ${repository} ${number}`,
  );
  return EXIT.done;
}
