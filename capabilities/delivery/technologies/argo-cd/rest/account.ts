import { GrpcError } from '@slipway/gateway';
import { CONTROL_NAMESPACE } from '../application/tracking.ts';
import { type Exchange, mayDo, send } from './exchange.ts';

/** What Argo CD's rights speak of, as objects of the platform's. */
const RESOURCES: Record<string, { group: string; resource: string; subresource?: string }> = {
  applications: { group: 'argoproj.io', resource: 'applications' },
  applicationsets: { group: 'argoproj.io', resource: 'applicationsets' },
  projects: { group: 'argoproj.io', resource: 'appprojects' },
  clusters: { group: '', resource: 'secrets' },
  repositories: { group: '', resource: 'secrets' },
  certificates: { group: '', resource: 'configmaps' },
  logs: { group: '', resource: 'pods', subresource: 'log' },
  exec: { group: '', resource: 'pods', subresource: 'exec' },
};
/** Syncing, rolling back and overriding change an Application. */
const VERBS: Record<string, string> = {
  get: 'get',
  create: 'create',
  update: 'update',
  delete: 'delete',
  sync: 'update',
  rollback: 'update',
  override: 'update',
};
const CLUSTER_WIDE = ['projects', 'clusters', 'repositories', 'certificates'];

/** `yes` or `no`; an object is `<project>/<namespace>/<name>`, as Argo CD names it, `*` any. */
export async function canI(
  exchange: Exchange,
  [resource = '', action = '', rest = '']: string[],
): Promise<void> {
  const target = RESOURCES[resource];
  const verb = VERBS[action];
  if (!verb)
    throw new GrpcError('InvalidArgument', `${Object.keys(VERBS).join(' ')} does not contain ${action}`);
  if (!target)
    throw new GrpcError(
      'InvalidArgument',
      `${Object.keys(RESOURCES).join(' ')} does not contain ${resource}`,
    );
  const parts = rest.split('/').slice(1);
  const own = CLUSTER_WIDE.includes(resource) ? [CONTROL_NAMESPACE, rest] : parts;
  const [namespace, name] = own.length > 1 ? own : [CONTROL_NAMESPACE, own[0]];
  const isAllowed = await mayDo(exchange, {
    verb,
    ...target,
    ...(namespace && namespace !== '*' ? { namespace } : {}),
    ...(name && name !== '*' ? { name } : {}),
  });
  send(exchange, { value: isAllowed ? 'yes' : 'no' });
}

/** People are the platform's: here is only who asks. */
export async function listAccounts(exchange: Exchange): Promise<void> {
  const { username } = exchange.user;
  send(exchange, {
    items: [{ name: username, enabled: true, capabilities: ['login', 'apiKey'], tokens: [] }],
  });
}
