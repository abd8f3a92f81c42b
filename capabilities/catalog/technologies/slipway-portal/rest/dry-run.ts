import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SlipwayError, StatusError } from '@slipway/api';
import { isRecord } from '@slipway/api/json-schema';
import { readJson, sendJson } from '@slipway/gateway';
import { fillInPool } from '../actions/fill-in-pool.ts';
import { inWorkspace } from '../actions/paths.ts';
import { sourceFolder } from '../actions/source-folder.ts';
import { gitHosts } from '../git-server/hosts.ts';
import { type Rehearsal, rehearse } from '../template-run/rehearse.ts';
import { type Exchange, mayDo } from './exchange.ts';
import { RUNS, teamOf } from './scaffolder.ts';

const MOST_BODY_BYTES = 10 * 1024 * 1024;

interface DryRunBody {
  template?: unknown;
  values?: Record<string, unknown>;
  secrets?: Record<string, string>;
  directoryContents?: { path: string; base64Content: string }[];
}

/** Backstage's dry run: the template and the files beside it come with the request; nothing is made. */
export async function dryRun(exchange: Exchange): Promise<void> {
  const body = (await readJson(exchange.request, MOST_BODY_BYTES)) as DryRunBody;
  const { template, values = {}, secrets = {}, directoryContents = [] } = body;
  if (!isRecord(template)) throw new StatusError('BadRequest', 'template: an object is required');
  const team = teamOf(values);
  if (!(await mayDo(exchange, { verb: 'create', ...RUNS, namespace: `team-${team}` })))
    throw new StatusError('Forbidden', `${exchange.user.username} may not run templates for team ${team}`);
  const folder = await mkdtemp(join(tmpdir(), 'slipway-dry-run-'));
  const gone = new AbortController();
  exchange.response.on('close', () => gone.abort());
  try {
    const beside = join(folder, 'template');
    await writeBeside(beside, directoryContents);
    const { state, user } = exchange;
    const rehearsal = await rehearse({
      template,
      values,
      secrets,
      folder: beside,
      boundary: beside,
      workspace: join(folder, 'workspace'),
      cacheFolder: state.gitCache,
      gitHosts: gitHosts(state.settings),
      user,
      team,
      client: state.actAs(user),
      fetchRemote: (url, signal) => sourceFolder({ state, user, templateUrl: '', signal }, url),
      fill: work => fillInPool(state.ports.pool, work),
      now: () => state.ports.clock.now(),
      signal: gone.signal,
    });
    answer(exchange, rehearsal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeBeside(folder: string, files: { path: string; base64Content: string }[]): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const { path, base64Content } of files) {
    const target = inWorkspace(folder, path, 'directoryContents.path');
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, Buffer.from(String(base64Content), 'base64'));
  }
}

const STATUS: Record<string, string> = {
  Succeeded: 'completed',
  Skipped: 'skipped',
  Failed: 'failed',
  Pending: 'open',
};

function answer({ response }: Exchange, { problems, steps, files, output }: Rehearsal): void {
  if (problems.length > 0) {
    const message = problems
      .map(({ field, message: text }) => (field ? `${field}: ${text}` : text))
      .join('; ');
    const wrong = problems.every(({ code }) => code === 'InvalidValues');
    if (!wrong) throw new SlipwayError(problems[0]?.code ?? 'InvalidTemplate', message);
    const errors = problems.map(({ field = '', message: text }) => ({
      property: field.replace(/^values\./, 'instance.'),
      message: text,
      stack: `${field}: ${text}`,
    }));
    sendJson(response, { errors }, 400);
    return;
  }
  sendJson(response, {
    steps: steps.map(({ id, name, action }) => ({ id, name, action })),
    log: steps.flatMap(({ id, log = [], phase }) => [
      ...log.map(message => ({ body: { stepId: id, message } })),
      { body: { stepId: id, status: STATUS[phase], message: `${STATUS[phase] ?? phase} step ${id}` } },
    ]),
    directoryContents: files.map(({ path, executable, content }) => ({
      path,
      executable,
      base64Content: content.toString('base64'),
    })),
    output,
  });
}
