import { exitOf, runGit, spawnGit } from '@slipway/sources';
import { changedFiles } from '../../git/changed-files.ts';
import {
  type Answer,
  type ApiCall,
  ApiError,
  type Operation,
  ok,
  paged,
  pageHeaders,
  pageOf,
} from '../call.ts';
import { commitJson, urlsOf } from '../content/commit-json.ts';
import { readCommit } from '../content/revision.ts';
import { type OpenChange, openChange } from './open-change.ts';

/** Of a diff or patch; what is longer is cut, and says so. */
const MOST_DIFF = 10 * 1024 * 1024;
const TIMEOUT_MS = 30_000;

/** Gitea's ChangedFile. */
export const listFiles: Operation = async call => {
  const { repository, change } = await openChange(call);
  const { mergeBase, headRevision } = change.status;
  const files = await changedFiles(repository.path, [mergeBase, headRevision], call.server.gitEnv).catch(
    () => {
      throw new ApiError(422, 'the change has too many files to list; fetch it with git');
    },
  );
  const { html, api } = urlsOf(repository, call.base);
  return paged(
    call,
    files.map(({ path, from, letter, additions, deletions }) => {
      const place = path.split('/').map(encodeURIComponent).join('/');
      return {
        filename: path,
        ...(from ? { previous_filename: from } : {}),
        status: STATUS[letter] ?? 'changed',
        additions,
        deletions,
        changes: additions + deletions,
        html_url: `${html}/src/commit/${headRevision}/${place}`,
        contents_url: `${api}/contents/${place}?ref=${headRevision}`,
        raw_url: `${html}/raw/commit/${headRevision}/${place}`,
      };
    }),
  );
};

const STATUS: Record<string, string> = { A: 'added', D: 'deleted', R: 'renamed', C: 'copied' };

/** `GET …/pulls/{index}/commits`: newest first. */
export const listCommits: Operation = async call => {
  const { repository, change } = await openChange(call);
  const { mergeBase, headRevision } = change.status;
  const { page, limit } = pageOf(call);
  const range = `${mergeBase}..${headRevision}`;
  const git = (...args: string[]) =>
    runGit(['--git-dir', repository.path, 'rev-list', ...args, range], { env: call.server.gitEnv });
  const [count, log] = await Promise.all([
    git('--count'),
    git(`--skip=${(page - 1) * limit}`, `--max-count=${limit}`),
  ]);
  const ids = log.stdout.toString().split('\n').filter(Boolean);
  const urls = urlsOf(repository, call.base);
  const body = await Promise.all(
    ids.map(async id => commitJson(await readCommit(call, repository, id), urls)),
  );
  return { ...ok(body), headers: pageHeaders(call, Number(count.stdout.toString())) };
};

/** `GET …/pulls/{index}.diff` and `.patch`. */
export const getDiff: Operation = async call => {
  const opened = await openChange(call);
  return textOf(call, opened, call.params.format === 'patch');
};

async function textOf(call: ApiCall, { repository, change }: OpenChange, isPatch: boolean): Promise<Answer> {
  const { mergeBase, headRevision } = change.status;
  const range = `${mergeBase}..${headRevision}`;
  const binary = call.query.get('binary') === 'true' ? ['--binary'] : [];
  const verb = isPatch ? ['format-patch', '--stdout'] : ['diff'];
  // Programs that a repository's attributes name are not run.
  const args = ['--git-dir', repository.path, ...verb, ...binary, '--no-ext-diff', '--no-textconv', range];
  const { text, isCut } = await bounded(call, args);
  const remark = `\n# Cut after ${MOST_DIFF} bytes. All of it: git fetch origin refs/pull/${change.spec.number}/head\n`;
  return {
    status: 200,
    raw: isCut ? Buffer.concat([text, Buffer.from(remark)]) : text,
    contentType: 'text/plain; charset=utf-8',
    headers: {
      'content-security-policy': "default-src 'none'; sandbox",
      ...(isCut ? { 'x-slipway-cut': String(MOST_DIFF) } : {}),
    },
  };
}

async function bounded({ server }: ApiCall, args: string[]): Promise<{ text: Buffer; isCut: boolean }> {
  const signal = AbortSignal.any([server.signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const child = spawnGit(args, { env: server.gitEnv, signal });
  const ended = exitOf(child, args);
  ended.catch(() => {});
  child.stdin.end();
  child.stderr.resume();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MOST_DIFF) break;
  }
  const isCut = size > MOST_DIFF;
  if (isCut) child.kill('SIGTERM');
  if (!isCut && (await ended) !== 0) throw new ApiError(422, 'git could not show the difference in time');
  return { text: Buffer.concat(chunks).subarray(0, MOST_DIFF), isCut };
}
