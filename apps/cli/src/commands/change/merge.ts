import { type ChangeOptions, changeNumber, changesOf, type Pull } from '../../change.ts';
import { EXIT, print } from '../../output.ts';

interface Options extends ChangeOptions {
  style: string;
  deleteBranch?: boolean;
}

/** Merges what the change is now. */
export async function run(options: Options, [repository = '', text]: string[]): Promise<number> {
  const number = changeNumber(text);
  const { call } = await changesOf(repository, options);
  const { head } = await call<Pull>(`/${number}`);
  const body = {
    Do: options.style,
    head_commit_id: head.sha,
    delete_branch_after_merge: options.deleteBranch === true,
  };
  await call(`/${number}/merge`, { method: 'POST', body });
  const pull = await call<Pull>(`/${number}`);
  print(
    options.output,
    pull,
    () => `#${number} is merged into ${pull.base.ref} as ${pull.merge_commit_sha?.slice(0, 10)}`,
  );
  return EXIT.done;
}
