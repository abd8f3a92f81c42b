import { messageOf } from '@slipway/api';
import { internalRequest, type Ports } from '@slipway/definition';
import type { Answer, Reader } from './reader.ts';

/** As far as a chain needs it. */
export interface GitCommit {
  id: string;
  author: string;
  at: string;
  title: string;
}

interface GiteaCommit {
  sha?: string;
  commit?: { author?: { name?: string; email?: string; date?: string }; message?: string };
}

/** `<owner>/<name>` of a clone URL of our own Git server; undefined for others. */
export function ownRepository(url: string): { owner: string; name: string } | undefined {
  const [, owner, name] =
    /^https:\/\/git\.slipway\.internal\/([\w.-]+)\/([\w.-]+?)(?:\.git)?$/.exec(url) ?? [];
  return owner === undefined || name === undefined ? undefined : { owner, name };
}

/** A commit of one of our repositories, by Gitea's API, if the person may read the repository. */
export async function gitCommit(
  ports: Pick<Ports, 'resolve' | 'token'>,
  reader: Reader,
  commit: { url: string; id: string },
): Promise<Answer<GitCommit>> {
  const { id } = commit;
  const repository = ownRepository(commit.url);
  if (!repository) return { because: `${commit.url} is not a repository of this platform` };
  const { owner, name } = repository;
  const right = { verb: 'get', group: 'source.slipway.dev', resource: 'repositories' };
  if (!(await reader.may({ ...right, namespace: `team-${owner}`, name })))
    return { because: `you may not read the repository ${owner}/${name}` };
  const url = `https://git.slipway.internal/api/v1/repos/${owner}/${name}/git/commits/${encodeURIComponent(id)}`;
  const answer = await internalRequest(ports, { url }).catch(error => ({ because: messageOf(error) }));
  if ('because' in answer) return { because: `Git does not answer: ${answer.because}` };
  const { status, json } = answer;
  if (status === 404) return { because: `${owner}/${name} has no commit ${id.slice(0, 12)} any more` };
  if (status !== 200) return { because: `${owner}/${name}: Git answered ${status}` };
  const { sha = id, commit: told } = json() as GiteaCommit;
  const { name: person = '', email = '', date = '' } = told?.author ?? {};
  const [title = ''] = (told?.message ?? '').split('\n');
  return { value: { id: sha, author: `${person} <${email}>`, at: date, title } };
}
