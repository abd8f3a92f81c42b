import { type ChangeOptions, changesOf, type Pull, stateOf } from '../../change.ts';
import { columns, EXIT, print } from '../../output.ts';

interface Options extends ChangeOptions {
  state: string;
}

const PER_PAGE = 50;
/** Pages that are read: older changes are history for the portal. */
const MOST_PAGES = 20;

/** Changes of a repository, newest first. */
export async function run(options: Options, [repository = '']: string[]): Promise<number> {
  const { call } = await changesOf(repository, options);
  const state = options.state === 'merged' ? 'closed' : options.state;
  const pulls: Pull[] = [];
  for (let page = 1; page <= MOST_PAGES; page++) {
    const found = await call<Pull[]>(`?state=${state}&limit=${PER_PAGE}&page=${page}`);
    pulls.push(...found);
    if (found.length < PER_PAGE) break;
  }
  const wanted = pulls.filter(pull => options.state === 'all' || stateOf(pull) === options.state);
  const rows = wanted.map(pull => [
    `${pull.number}`,
    stateOf(pull),
    `${pull.head.ref} -> ${pull.base.ref}`,
    pull.user.login,
    pull.title,
  ]);
  print(options.output, wanted, () =>
    rows.length === 0
      ? `no such change; propose one: slipway change create ${repository} --head BRANCH --title TEXT`
      : columns([['NUMBER', 'STATE', 'FROM', 'BY', 'TITLE'], ...rows]),
  );
  return EXIT.done;
}
