import { type Key, StatusError, type Stored } from '@slipway/api';
import { readJson, sendJson } from '@slipway/gateway';
import { Template, TemplateRun } from '@slipway/kinds';
import { ACTIONS } from '../actions/all.ts';
import { parseRef } from '../entity/envelope.ts';
import { CANCEL } from '../template-run/cancel.ts';
import { RETRY } from '../template-run/reconcile.ts';
import { keepSecrets } from '../template-run/secrets.ts';
import { pagesOf } from '../template-run/values.ts';
import { type Exchange, mayDo } from './exchange.ts';

export const RUNS = { group: 'slipway.dev', resource: 'templateruns' } as const;

export async function getParameterSchema(
  exchange: Exchange,
  [namespace = '', _kind = '', name = '']: string[],
): Promise<void> {
  const template = await exchange.state.ports.client.find(Template, { namespace, name: name.toLowerCase() });
  if (!template) throw new StatusError('NotFound', `Template ${name} not found`);
  const { annotations = {} } = template.metadata;
  sendJson(exchange.response, {
    title: annotations['slipway.dev/title'] ?? name,
    ...(annotations['slipway.dev/description']
      ? { description: annotations['slipway.dev/description'] }
      : {}),
    steps: pagesOf(template.spec.parameters).map(page => ({
      title: page.title ?? 'Fill in the parameters',
      schema: page,
    })),
  });
}

export async function listActions(exchange: Exchange): Promise<void> {
  sendJson(
    exchange.response,
    ACTIONS.map(({ id, description, input, output = {} }) => ({
      id,
      description,
      schema: { input, output: { type: 'object', properties: described(output) } },
    })),
  );
}

function described(output: Record<string, string>): Record<string, { description: string }> {
  return Object.fromEntries(Object.entries(output).map(([name, description]) => [name, { description }]));
}

/** The team that owns what a run makes: its form's `owner`, a name or a group's reference; else `default`. */
export function teamOf({ owner }: Record<string, unknown>): string {
  const [, team] = /^(?:group:)?(?:[^:/]+\/)?([^:/]+)$/i.exec(typeof owner === 'string' ? owner : '') ?? [];
  return team ?? 'default';
}

/** A task is a TemplateRun in the namespace of the team that owns what it makes. */
export async function createTask(exchange: Exchange): Promise<void> {
  const {
    templateRef,
    values = {},
    secrets = {},
  } = (await readJson(exchange.request)) as {
    templateRef?: string;
    values?: Record<string, unknown>;
    secrets?: Record<string, string>;
  };
  if (!templateRef) throw new StatusError('BadRequest', 'templateRef is required');
  const { namespace: home, name } = parseRef(templateRef, { kind: 'template' });
  const client = exchange.state.actAs(exchange.user);
  const namespace = `team-${teamOf(values)}`;
  // With the caller's own rights: who may not create runs there is refused by the API itself.
  const kept = await keepSecrets(client, { namespace, name: name.toLowerCase(), secrets });
  const made = await client.create(TemplateRun, {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'TemplateRun',
    metadata: { generateName: `${name.toLowerCase()}-`, namespace },
    spec: {
      template: home === 'default' ? name.toLowerCase() : `${home}/${name.toLowerCase()}`,
      values,
      ...(kept ? { secrets: kept } : {}),
    },
  });
  sendJson(exchange.response, { id: made.metadata.uid }, 201);
}

const STATUS: Record<string, string> = {
  Pending: 'open',
  Running: 'processing',
  Succeeded: 'completed',
  Failed: 'failed',
  Cancelled: 'cancelled',
  Undone: 'cancelled',
};

function taskOf(run: Stored<TemplateRun>): Record<string, unknown> {
  const { metadata, spec, status } = run;
  const creator = metadata.annotations?.['slipway.dev/created-by'];
  const username = creator ? (JSON.parse(creator) as { username?: string }).username : undefined;
  return {
    id: metadata.uid,
    spec: {
      templateInfo: { entityRef: `template:default/${spec.template.split('/').at(-1)}` },
      parameters: spec.values ?? {},
      steps: status?.steps ?? [],
    },
    status: STATUS[status?.phase ?? 'Pending'] ?? 'open',
    createdAt: metadata.creationTimestamp,
    lastHeartbeatAt: status?.finishedAt ?? status?.startedAt,
    ...(username ? { createdBy: `user:default/${username}` } : {}),
    ...(status?.output ? { output: status.output } : {}),
  };
}

async function visibleRuns(exchange: Exchange): Promise<Stored<TemplateRun>[]> {
  const { items } = await exchange.state.ports.client.list(TemplateRun);
  const allowed = new Map<string, boolean>();
  for (const { metadata } of items) {
    const namespace = metadata.namespace ?? '';
    if (!allowed.has(namespace))
      allowed.set(namespace, await mayDo(exchange, { verb: 'get', ...RUNS, namespace }));
  }
  return items.filter(({ metadata }) => allowed.get(metadata.namespace ?? ''));
}

export async function listTasks(exchange: Exchange): Promise<void> {
  const runs = await visibleRuns(exchange);
  const tasks = runs
    .sort((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? 1 : -1))
    .map(taskOf);
  sendJson(exchange.response, { tasks, totalTasks: tasks.length });
}

async function findRun(exchange: Exchange, id: string): Promise<Stored<TemplateRun>> {
  const found = (await visibleRuns(exchange)).find(({ metadata }) => metadata.uid === id);
  if (!found) throw new StatusError('NotFound', `No task with id '${id}' found`);
  return found;
}

export async function getTask(exchange: Exchange, [id = '']: string[]): Promise<void> {
  sendJson(exchange.response, taskOf(await findRun(exchange, id)));
}

/** `cancel` and `retry` are annotations on the run, which its controller reads. */
export async function changeTask(exchange: Exchange, [id = '', verb = '']: string[]): Promise<void> {
  const { metadata } = await findRun(exchange, id);
  const key: Key = { namespace: metadata.namespace ?? '', name: metadata.name };
  const annotations =
    verb === 'cancel'
      ? { [CANCEL]: 'true' }
      : { [RETRY]: exchange.state.ports.random.uuid(), [CANCEL]: null };
  await exchange.state
    .actAs(exchange.user)
    .patch(TemplateRun, key, { type: 'merge', body: { metadata: { annotations } } });
  sendJson(exchange.response, { id });
}

const POLL_MS = 100;

interface TaskEvent {
  id: number;
  taskId: string;
  type: 'log' | 'completion';
  body: Record<string, unknown>;
  createdAt: string;
}

/** Server-sent events of a task, from its start or after a given one, until it is over. */
export async function streamTask(exchange: Exchange, [id = '']: string[]): Promise<void> {
  const { response, url, state } = exchange;
  let run = await findRun(exchange, id);
  const key: Key = { namespace: run.metadata.namespace ?? '', name: run.metadata.name };
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    connection: 'keep-alive',
  });
  let sent = Number(url.searchParams.get('after') ?? 0) || 0;
  while (!gone.signal.aborted) {
    const events = eventsOf(run);
    for (const event of events.slice(sent))
      response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    sent = Math.max(sent, events.length);
    if (isOver(run)) break;
    await state.ports.clock.sleep(POLL_MS, gone.signal).catch(() => {});
    run = (await state.ports.client.find(TemplateRun, key)) ?? run;
  }
  response.end();
}

function isOver({ status }: Stored<TemplateRun>): boolean {
  return !['Pending', 'Running', undefined].includes(status?.phase);
}

/** What has happened so far, in an order that only grows. */
export function eventsOf(run: Stored<TemplateRun>): TaskEvent[] {
  const events: Omit<TaskEvent, 'id' | 'taskId'>[] = [];
  const { status } = run;
  for (const { id, name, phase, startedAt = '', finishedAt = '', log = [], message } of status?.steps ?? []) {
    if (phase === 'Pending') continue;
    const add = (text: string, state: string, createdAt: string) =>
      events.push({ type: 'log', body: { message: text, stepId: id, status: state }, createdAt });
    if (phase !== 'Skipped') add(`Beginning step ${name}`, 'processing', startedAt);
    if (phase === 'Running') continue;
    for (const line of log) add(line, 'processing', finishedAt);
    if (phase === 'Skipped')
      add(`Skipping step ${id} because its if condition was false`, 'skipped', finishedAt);
    if (phase === 'Succeeded') add(`Finished step ${name}`, 'completed', finishedAt);
    if (phase === 'Failed') add(message ?? 'failed', 'failed', finishedAt);
  }
  if (status?.phase === 'Succeeded')
    events.push({
      type: 'completion',
      body: { message: 'Run completed with status: completed', output: status.output ?? {} },
      createdAt: status.finishedAt ?? '',
    });
  if (isOver(run) && status?.phase !== 'Succeeded')
    events.push({
      type: 'completion',
      body: {
        message: `Run completed with status: ${STATUS[status?.phase ?? 'Failed']}`,
        error: { name: 'Error', message: status?.message ?? '' },
      },
      createdAt: status?.finishedAt ?? '',
    });
  return events.map((event, index) => ({ id: index + 1, taskId: run.metadata.uid, ...event }));
}
