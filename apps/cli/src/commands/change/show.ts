import { ChangeRequest } from '@slipway/kinds';
import { actAs } from '../../actor.ts';
import { type ChangeOptions, changeNumber, changesOf, type Pull, stateOf } from '../../change.ts';
import { EXIT, print } from '../../output.ts';

/** One change, as its branches, checks and reviews are now. */
export async function run(options: ChangeOptions, [repository = '', text]: string[]): Promise<number> {
  const number = changeNumber(text);
  const { call, connection } = await changesOf(repository, options);
  const pull = await call<Pull & { base: { repo: { name: string; owner: { login: string } } } }>(
    `/${number}`,
  );
  const client = await actAs(connection, options);
  const { name, owner } = pull.base.repo;
  const { items } = await client.list(ChangeRequest, { namespace: `team-${owner.login}` });
  const object = items.find(({ spec }) => spec.number === number && sameName(spec.repository, name));
  print(options.output, object ?? pull, () => textOf(pull, object?.status));
  return EXIT.done;
}

/** The object's name is the repository's in lower case, unless that is no name of an object. */
function sameName(objectName: string, name: string): boolean {
  return objectName === name.toLowerCase() || objectName.startsWith('repository.');
}

function textOf(pull: Pull, status: ChangeRequest['status']): string {
  const reviews = (status?.reviews ?? []).flatMap(({ state, reviewer, body, dismissed, comments = [] }) => [
    `  ${state.toLowerCase().replace('_', ' ')} by ${reviewer}${dismissed ? ' (dismissed)' : ''}${body ? `: ${body}` : ''}`,
    ...comments.map(
      ({ path, line, side, body: said }) =>
        `    ${path}:${line}${side === 'old' ? ' (before)' : ''}: ${said}`,
    ),
  ]);
  const checks = (status?.checks ?? []).map(({ context, state, description }) =>
    `  ${context}: ${state} ${description}`.trimEnd(),
  );
  const blockers = (status?.blockedBy ?? []).map(({ message }) => `  ${message}`);
  const part = (title: string, lines: string[]) => (lines.length > 0 ? [title, ...lines] : []);
  return [
    `#${pull.number} ${pull.title}`,
    `${stateOf(pull)}: ${pull.head.ref} -> ${pull.base.ref}, by ${pull.user.login}, at ${pull.head.sha.slice(0, 10)}`,
    ...(pull.body ? ['', pull.body] : []),
    ...part('reviews:', reviews),
    ...part('checks:', checks),
    ...part('in the way:', blockers),
  ].join('\n');
}
