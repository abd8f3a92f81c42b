import { type ChangeOptions, changesOf, type Pull } from '../../change.ts';
import { EXIT, print } from '../../output.ts';

interface Options extends ChangeOptions {
  head: string;
  base: string;
  title: string;
  body: string;
  reviewer: string[];
}

/** Proposes a branch. */
export async function run(options: Options, [repository = '']: string[]): Promise<number> {
  const { head, base, title, body, reviewer: reviewers } = options;
  const { call } = await changesOf(repository, options);
  const pull = await call<Pull>('', { method: 'POST', body: { head, base, title, body, reviewers } });
  print(
    options.output,
    pull,
    () =>
      `#${pull.number} is open: ${pull.title}\nlook at it: slipway change show ${repository} ${pull.number}`,
  );
  return EXIT.done;
}
