import {
  type AnyObject,
  type Clock,
  hasReason,
  type Kind,
  type KubeObject,
  keyOf,
  type Stored,
} from '@slipway/api';
import type { Client } from '@slipway/client';
import { FIELD_MANAGER } from '../diff/diff.ts';
import { same } from '../diff/fields.ts';
import { hasOption, SYNC_OPTIONS } from './annotations.ts';
import { applyClientSide } from './apply-client-side.ts';
import { migrateManagedFields, needsMigration } from './migrate-managed-fields.ts';
import type { Propagation, SyncOptions } from './sync-options.ts';
import { isCrd } from './task-order.ts';

/** What is applied, and how. */
export interface ApplyInput {
  client: Client;
  clock: Clock;
  kind: Kind;
  target: AnyObject;
  live: Stored<AnyObject> | undefined;
  options: SyncOptions;
  /** The operation's strategy forces everything. */
  force: boolean;
  /** Manager of fields that were applied on the client. */
  migratedManager: string;
  /** When this sync began: what was made anew since is not made anew again. */
  startedAt: string;
}

export interface Applied {
  message: string;
  live: Stored<AnyObject>;
}

const GONE_ATTEMPTS = 50;

/**
 * Applies as `kubectl apply`, `kubectl apply --server-side`, `kubectl replace` or `kubectl create`, as options of the
 * operation and of the object say.
 * @throws StatusError with the server's reason
 */
export async function applyObject(input: ApplyInput): Promise<Applied> {
  const { target, live, options } = input;
  const own = (option: string) => hasOption(target, SYNC_OPTIONS, option);
  const either = (option: string) => own(option) || hasOption(live, SYNC_OPTIONS, option);
  const force = input.force || either('Force=true');
  const validate = options.validate && !own('Validate=false');
  const onServer = !own('ServerSideApply=false') && (options.serverSideApply || own('ServerSideApply=true'));
  const all = { ...input, force, validate };
  if (onServer && options.migrateClientSideApply) await migrate(input);
  if (options.replace || either('Replace=true')) return replace(all);
  if (onServer) return applyServerSide(all);
  return applyOnClient(all);
}

type Prepared = ApplyInput & { validate: boolean };

/** `deployment.apps/web`, as kubectl prints it. */
function printed({ kind, target }: Pick<ApplyInput, 'kind' | 'target'>): string {
  return `${kind.kind.toLowerCase()}${kind.group ? `.${kind.group}` : ''}/${target.metadata.name}`;
}

function isGoing(live: AnyObject, { kind, target }: ApplyInput): string[] {
  if (!live.metadata.deletionTimestamp) return [];
  return [
    `Warning: Detected changes to resource ${kind.plural}/${target.metadata.name} which is currently being deleted.`,
  ];
}

async function migrate({ client, kind, live, migratedManager }: ApplyInput): Promise<void> {
  if (!live || !needsMigration(live, migratedManager)) return;
  try {
    await migrateManagedFields(client, kind, live, migratedManager);
  } catch (error) {
    const { namespace = '', name } = live.metadata;
    const text = error instanceof Error ? error.message : String(error);
    throw new Error(
      `Failed to perform client-side apply migration for ${kind.group}/${kind.kind}/${namespace}/${name}: ${text}`,
    );
  }
}

async function applyServerSide(input: Prepared): Promise<Applied> {
  const { client, kind, target, validate } = input;
  const live = (await client.apply<KubeObject>(kind, target, {
    fieldManager: FIELD_MANAGER,
    force: true,
    fieldValidation: validate ? 'Strict' : 'Ignore',
  })) as Stored<AnyObject>;
  return { live, message: [`${printed(input)} serverside-applied`, ...isGoing(live, input)].join('. ') };
}

async function applyOnClient(input: Prepared): Promise<Applied> {
  const { client, target, live, force } = input;
  if (live && hasOtherRole(target, live)) return recreate(input, `${printed(input)} reconciled`);
  try {
    const { verb, warning, live: now } = await applyClientSide(client, input);
    const texts = [`${printed(input)} ${verb}`, ...(warning ? [warning] : []), ...isGoing(now, input)];
    return { live: now, message: texts.join('. ') };
  } catch (error) {
    if (!force || !live || !hasReason(error, 'Conflict', 'Invalid')) throw error;
    return recreate(input, `${printed(input)} configured`);
  }
}

/** A binding's role cannot change: `kubectl auth reconcile`, which upstream runs first, makes it anew. */
function hasOtherRole(target: AnyObject, live: AnyObject): boolean {
  if (!['RoleBinding', 'ClusterRoleBinding'].includes(target.kind)) return false;
  if (!target.apiVersion.startsWith('rbac.authorization.k8s.io/')) return false;
  const role = (object: AnyObject) => {
    const { apiGroup = 'rbac.authorization.k8s.io', ...rest } = (object.roleRef ?? {}) as {
      apiGroup?: string;
    };
    return { apiGroup, ...rest };
  };
  return !same(role(target), role(live));
}

async function replace(input: Prepared): Promise<Applied> {
  const { client, kind, target, live, force, validate } = input;
  const options = { fieldManager: FIELD_MANAGER, fieldValidation: validate ? 'Strict' : 'Ignore' } as const;
  const text = printed(input);
  if (!live) {
    const made = await client.create<KubeObject>(kind, target, options);
    return { message: `${text} created`, live: made as Stored<AnyObject> };
  }
  // Replacing by force would take everything with it that a CRD or a namespace holds.
  const isHolder = isCrd(target) || (target.kind === 'Namespace' && kind.group === '');
  if (force && !isHolder) return recreate(input, `${text} deleted\n${text} replaced`);
  const { resourceVersion } = live.metadata;
  const replacement = { ...target, metadata: { ...target.metadata, resourceVersion } };
  const now = (await client.update<KubeObject>(kind, replacement, options)) as Stored<AnyObject>;
  const message = isHolder ? `${kind.kind}/${target.metadata.name} updated` : `${text} replaced`;
  return { message, live: now };
}

/** Deletes and creates. What was created since the sync began is the one that a crash left behind: it stays. */
async function recreate(input: Prepared, message: string): Promise<Applied> {
  const { client, clock, kind, target, live, validate, startedAt } = input;
  if (live && live.metadata.creationTimestamp > startedAt) return { message, live };
  await deleteObject(client, kind, target, 'Background');
  for (let attempt = 1; await client.find(kind, keyOf(target)); attempt++) {
    if (attempt >= GONE_ATTEMPTS)
      throw new Error(`${printed(input)} is still being deleted; it is made anew when it is gone`);
    await clock.sleep(100);
  }
  const { live: made } = await applyClientSide(client, { kind, target, live: undefined, validate });
  return { message, live: made };
}

/** Deletes; that there is nothing is no fault. */
export async function deleteObject(
  client: Client,
  kind: Kind,
  object: AnyObject,
  propagationPolicy: Propagation,
): Promise<void> {
  await client.delete(kind, keyOf(object), { propagationPolicy }).catch(error => {
    if (!hasReason(error, 'NotFound')) throw error;
  });
}
