import { type AnyObject, messageOf, timestamp } from '@slipway/api';
import { GrpcError, readJson } from '@slipway/gateway';
import { AppProject, Repository } from '@slipway/kinds';
import { groundOf } from '../../application/ground.ts';
import { resourceProblem } from '../../project/project.ts';
import { type Exchange, send } from '../exchange.ts';
import { type Found, liveResource, targetOf, writerOf } from '../resources.ts';
import { type BuiltInAction, builtInActions } from './built-in-actions.ts';

/** What can be done with an object besides syncing it. */
export async function listActions(exchange: Exchange, [name = '']: string[]): Promise<void> {
  const { object } = await liveResource(exchange, name);
  const actions = actionsOf(exchange, object).map(({ effect: _effect, ...action }) => action);
  send(exchange, { actions });
}

/** Scripts of `argocd-cm` are shown in the settings and never run: they could write whatever the engine may. */
function actionsOf({ state }: Exchange, object: AnyObject): BuiltInAction[] {
  const [group, version] = object.apiVersion.split('/');
  const key = version === undefined ? object.kind : `${group}/${object.kind}`;
  const { resourceOverrides } = state.desk.settings.config();
  if (!resourceOverrides[key]?.actions) return builtInActions(object);
  throw new GrpcError(
    'Unimplemented',
    `resource.customizations.actions of ${key}: actions in Lua are not run by this engine; only Argo CD's own for Deployments, StatefulSets, DaemonSets, Jobs and CronJobs are`,
  );
}

/** The body is the action's name; the object is named in the query. */
export async function runAction(exchange: Exchange, [name = '']: string[]): Promise<void> {
  const action = await readText(exchange);
  await run(exchange, name, { action, params: {} });
}

/** The body names object, action and parameters. */
export async function runActionWithParameters(exchange: Exchange, [name = '']: string[]): Promise<void> {
  const body = await readJson(exchange.request);
  const query = new URLSearchParams(exchange.query);
  for (const field of ['appNamespace', 'project', 'namespace', 'resourceName', 'kind', 'version', 'group'])
    if (typeof body[field] === 'string') query.set(field, body[field]);
  const given = (body.resourceActionParameters ?? []) as { name?: string; value?: string }[];
  const params = Object.fromEntries(given.map(each => [each.name ?? '', String(each.value ?? '')]));
  await run({ ...exchange, query }, name, { action: String(body.action ?? ''), params });
}

interface Wish {
  action: string;
  params: Record<string, string>;
}

async function run(exchange: Exchange, name: string, { action, params }: Wish): Promise<void> {
  const found = await liveResource(exchange, name);
  const client = await writerOf(exchange, found);
  const { object } = found;
  const chosen = actionsOf(exchange, object).find(each => each.name === action);
  if (!chosen)
    throw new GrpcError(
      'InvalidArgument',
      `error getting Lua resource action: ${object.kind}: no action ${action}`,
    );
  const effect = effectOf(chosen, params, timestamp(exchange.state.desk.ports.clock.now()));
  if ('create' in effect) {
    await requirePermitted(exchange, found, effect.create);
    const kind = await found.tree.reached.client.discover(effect.create.apiVersion, effect.create.kind);
    if (!kind) throw new GrpcError('NotFound', `${effect.create.kind}: the cluster has no such kind`);
    await client.create(kind, effect.create);
  }
  if ('patch' in effect) {
    await requirePermitted(exchange, found, object);
    const { kind, key } = await targetOf(found);
    const { patch: body, subresource } = effect;
    await client.patch(kind, key, { type: 'merge', body }, subresource ? { subresource } : {});
  }
  send(exchange, {});
}

function effectOf(action: BuiltInAction, params: Record<string, string>, now: string) {
  try {
    return action.effect({ params, now });
  } catch (error) {
    throw new GrpcError('InvalidArgument', `error executing Lua resource action: ${messageOf(error)}`);
  }
}

/** What the project does not let the Application apply, nobody changes through it. */
async function requirePermitted({ state }: Exchange, { application, tree }: Found, object: AnyObject) {
  const { client } = state.desk.ports;
  const [projects, repositories] = await Promise.all([client.list(AppProject), client.list(Repository)]);
  const around = { projects: projects.items, repositories: repositories.items };
  const ground = groundOf(state.desk, application, around);
  const kind = await tree.reached.client.discover(object.apiVersion, object.kind);
  const { name = '', namespace } = object.metadata;
  const problem =
    'problems' in ground
      ? ground.problems.map(({ message }) => message).join('; ')
      : kind && resourceProblem(ground.rules, { kind, namespace, name });
  if (problem) throw new GrpcError('PermissionDenied', problem);
}

/** A JSON text. */
async function readText({ request }: Exchange): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > 1_024) throw new GrpcError('InvalidArgument', 'the body is the name of an action');
    chunks.push(chunk);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString());
    if (typeof value === 'string') return value;
  } catch {
    // Said below.
  }
  throw new GrpcError('InvalidArgument', 'the body is the name of an action, as a JSON text');
}
