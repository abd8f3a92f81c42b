import type { AnyObject, Stored } from '@slipway/api';
import { GrpcError } from '@slipway/gateway';
import { Application } from '@slipway/kinds';
import { CONTROL_NAMESPACE } from '../application/tracking.ts';
import { type Exchange, mayDo, permissionDenied, requireRight } from './exchange.ts';

export type StoredApplication = Stored<AnyObject>;
/** Verbs of the platform's rights that Argo CD's actions mean: syncing and rolling back change an Application. */
export type ApplicationVerb = 'get' | 'create' | 'update' | 'delete';

const RESOURCE = { group: 'argoproj.io', resource: 'applications' } as const;

/** Whether the caller may do something with an Application. */
export function mayApplication(
  exchange: Exchange,
  verb: ApplicationVerb,
  { namespace, name }: { namespace: string; name: string },
): Promise<boolean> {
  return mayDo(exchange, { verb, ...RESOURCE, namespace, name });
}

/** @throws GrpcError PermissionDenied */
export function requireApplication(
  exchange: Exchange,
  verb: ApplicationVerb,
  { namespace, name }: { namespace: string; name: string },
): Promise<void> {
  return requireRight(exchange, { verb, ...RESOURCE, namespace, name });
}

/**
 * The Application that a call is about: `appNamespace` of the query, else Argo CD's own namespace, else the one
 * namespace that has it, for dashboards that know only names.
 * @throws GrpcError PermissionDenied when it is not there or not to be seen, NotFound where its project was named
 */
export async function applicationOf(exchange: Exchange, name: string): Promise<StoredApplication> {
  const application = await find(exchange, name);
  const projects = projectsOf(exchange.query);
  if (projects.length > 1)
    throw new GrpcError(
      'InvalidArgument',
      'multiple projects specified - the get endpoint accepts either zero or one project',
    );
  const [project] = projects;
  const isVisible = application && (await mayApplication(exchange, 'get', keyOf(application)));
  if (isVisible && (project === undefined || projectOf(application) === project)) return application;
  if (project === undefined) throw permissionDenied();
  throw new GrpcError('NotFound', `applications.argoproj.io "${name}" not found`);
}

async function find({ state, query }: Exchange, name: string): Promise<StoredApplication | undefined> {
  const { client } = state.desk.ports;
  const namespace = query.get('appNamespace');
  const own = await client.find(Application, { namespace: namespace || CONTROL_NAMESPACE, name });
  if (own || namespace) return own;
  const { items } = await client.list(Application, { fieldSelector: `metadata.name=${name}` });
  return items.length === 1 ? items[0] : undefined;
}

/** What `projects` or `project` of the query name. */
export function projectsOf(query: URLSearchParams): string[] {
  return [...query.getAll('projects'), ...query.getAll('project')].filter(Boolean);
}

export function projectOf({ spec }: AnyObject): string {
  return String(spec?.project || 'default');
}

export function keyOf({ metadata }: StoredApplication): { namespace: string; name: string } {
  return { namespace: metadata.namespace ?? '', name: metadata.name };
}
