import { readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { SlipwayError, type UserInfo } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Template } from '@slipway/kinds';
import type { Action, LocalContext, Made } from '../actions/action.ts';
import { filesOf } from '../actions/files-of.ts';
import { fillSkeleton } from '../actions/skeleton.ts';
import { fetchForeign, isRemote, placeOf, within } from '../actions/source-folder.ts';
import { checkEntity } from '../entity/envelope.ts';
import { GIT_HOST } from '../git-server/call.ts';
import { templateProblems } from './check-template.ts';
import { type Problem, problemsOf } from './field-error.ts';
import type { Ground } from './ground.ts';
import { isSame, memoryJournal } from './journal.ts';
import { planRun, type RunStatus, type StepStatus } from './plan.ts';
import { runSteps } from './steps.ts';
import { pagesOf } from './values.ts';

export interface RehearsalOptions {
  /** The parsed file. */
  template: unknown;
  values: Record<string, unknown>;
  secrets?: Record<string, string>;
  /** Where the template lies; its relative URLs start here. */
  folder: string;
  /** What they may not leave: the repository’s own folder. */
  boundary: string;
  /** An empty folder for what is made, and one to keep fetched repositories in; whoever calls removes them. */
  workspace: string;
  cacheFolder: string;
  gitHosts: string[];
  user?: UserInfo;
  /** The team whose run it would be. */
  team?: string;
  /** Who asks the platform's catalog, where there is one. */
  client?: Client;
  /** Fetches a repository of another server; without it, one that needs no credentials is fetched. */
  fetchRemote?: (url: string, signal: AbortSignal) => Promise<string>;
  /** Fills in skeletons; without it this thread does. */
  fill?: Ground['fill'];
  now: () => number;
  signal: AbortSignal;
}

export interface RehearsedFile {
  path: string;
  executable: boolean;
  content: Buffer;
}

/** What a run would do. */
export interface Rehearsal {
  template: string;
  problems: Problem[];
  steps: StepStatus[];
  files: RehearsedFile[];
  objects: Made[];
  output: NonNullable<RunStatus['output']>;
}

const NOBODY: UserInfo = { username: 'somebody', groups: [] };

/**
 * Runs a template without a platform and without touching anything: the engine is the real one, actions that reach
 * beyond the workspace only say what they would do. Never throws for what the template or the values are.
 */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsal> {
  const { template, values } = options;
  const spec = (template as { spec?: Template['spec'] } | null)?.spec;
  const name = (template as { metadata?: { name?: string } } | null)?.metadata?.name ?? '';
  const empty = { template: name, steps: [], files: [], objects: [], output: {} };
  try {
    checkEntity(template);
    if ((template as Template).kind.toLowerCase() !== 'template')
      throw new SlipwayError('InvalidEntity', 'kind: a Template is expected');
  } catch (error) {
    return { ...empty, problems: problemsOf(error, fieldIn(error)) };
  }
  const checked = { spec: spec ?? { type: '', steps: [] } };
  try {
    return await perform(options, name, planRun(checked, values), checked);
  } catch (error) {
    // Every mistake at once: those of the steps do not hide those of the values.
    const static_ = templateProblems(checked.spec);
    const all = static_.length > 0 ? [...static_, ...valueProblems(checked, values)] : problemsOf(error);
    return { ...empty, problems: all };
  }
}

/** Messages of the catalog begin with the field. */
function fieldIn(error: unknown): string | undefined {
  return /^([\w.[\]/-]+): /.exec((error as Error).message)?.[1];
}

function valueProblems({ spec }: Pick<Template, 'spec'>, values: Record<string, unknown>): Problem[] {
  try {
    const steps = [{ action: 'debug:log' }];
    planRun({ spec: { type: spec.type, parameters: pagesOf(spec.parameters), steps } }, values);
    return [];
  } catch (error) {
    return problemsOf(error);
  }
}

async function perform(
  options: RehearsalOptions,
  name: string,
  plan: ReturnType<typeof planRun>,
  template: Pick<Template, 'spec'>,
): Promise<Rehearsal> {
  const { workspace, user = NOBODY, team = 'default', secrets = {}, signal } = options;
  const journal = memoryJournal();
  await journal.change(draft => {
    draft.steps = plan.status;
  });
  const objects: Made[] = [];
  const metadata = { name: `${name}-rehearsal`, namespace: `team-${team}`, uid: 'rehearsal' };
  const run = { metadata, spec: { template: name, values: plan.values } };
  const entity = { kind: 'User', metadata: { name: user.username, namespace: 'default' } };
  const problems: Problem[] = [];
  const ground = rehearsalGround(options, objects);
  try {
    const work = { ground, run, template, plan, journal, user, entity, secrets, workspace, signal };
    await runSteps(work);
  } catch (error) {
    problems.push(...problemsOf(error).map(each => placed(each, options)));
  }
  const { steps = [], output = {} } = journal.status;
  return { template: name, problems, steps, files: await readAll(workspace), objects, output };
}

/** Files of skeletons as people find them: from the template's own folder on. */
function placed(problem: Problem, { folder }: RehearsalOptions): Problem {
  return problem.file?.startsWith('/') ? { ...problem, file: relative(folder, problem.file) } : problem;
}

function rehearsalGround(options: RehearsalOptions, objects: Made[]): Ground {
  const { folder, boundary, gitHosts, client, now } = options;
  const fetchRemote = options.fetchRemote ?? ((url, signal) => foreign(options, url, signal));
  return {
    now,
    gitHosts,
    fill: options.fill ?? fillSkeleton,
    fetchFolder: async (url, signal) => {
      if (isRemote(url)) return fetchRemote(url, signal);
      return within(boundary, join(relative(boundary, folder), url));
    },
    perform: async (action: Action, context: LocalContext) => {
      if (action.local) return action.run(context);
      const record = (made: Made) => {
        if (!objects.some(each => isSame(each, made))) objects.push(made);
      };
      return action.rehearse({ ...context, client, record });
    },
  };
}

async function foreign({ cacheFolder }: RehearsalOptions, url: string, signal: AbortSignal): Promise<string> {
  const place = placeOf(url);
  if (place.hostname === GIT_HOST)
    throw new SlipwayError(
      'UrlRefused',
      `url ${JSON.stringify(url)}: it lies on a platform, and there is none here`,
    );
  return fetchForeign(place, { cacheFolder, signal });
}

async function readAll(workspace: string): Promise<RehearsedFile[]> {
  if (!(await stat(workspace).catch(() => undefined))) return [];
  const files: RehearsedFile[] = [];
  for (const path of await filesOf(workspace)) {
    const { mode } = await stat(join(workspace, path));
    files.push({ path, executable: (mode & 0o111) !== 0, content: await readFile(join(workspace, path)) });
  }
  return files;
}
