import { type ChangeOptions, changeNumber, changesOf, type Pull } from '../../change.ts';
import { EXIT, print } from '../../output.ts';

interface Options extends ChangeOptions {
  body: string;
}

/** Approves what the change is now; a push in between is told, not approved. */
export async function run(options: Options, [repository = '', text]: string[]): Promise<number> {
  const number = changeNumber(text);
  const { call } = await changesOf(repository, options);
  const { head } = await call<Pull>(`/${number}`);
  const body = { event: 'APPROVED', body: options.body, commit_id: head.sha };
  const review = await call<{ user: { login: string } }>(`/${number}/reviews`, { method: 'POST', body });
  print(
    options.output,
    review,
    () => `#${number} is approved by ${review.user.login} at ${head.sha.slice(0, 10)}`,
  );
  return EXIT.done;
}
