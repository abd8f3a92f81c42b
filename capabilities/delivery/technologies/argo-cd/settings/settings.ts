import type { Clock, Log, Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { ConfigMap, Secret } from '@slipway/kinds';
import { createRecorder, startInformer } from '@slipway/runtime';
import { CONTROL_NAMESPACE } from '../application/tracking.ts';
import { type ArgoCdConfig, readConfig } from './config.ts';
import { findCredentials } from './credentials.ts';
import { matchesList } from './glob.ts';
import { withHostTrust } from './host-trust.ts';
import { type RepositoryAccess, readRepository } from './repository.ts';
import { isExcluded } from './resource-filter.ts';
import { unreadSettings } from './unread-settings.ts';

const SECRET_TYPE = 'argocd.argoproj.io/secret-type';

/** What changed: settings, how repositories are reached, or clusters. */
export type SettingsChange = 'config' | 'repositories' | 'clusters';

/** Argo CD's ConfigMaps and Secrets as they are now: one watch each, whoever asks. */
export interface ArgoCdSettings {
  /** Resolves when all of them have been read once. */
  readonly synced: Promise<void>;
  /** What the ConfigMaps say now; the same value until they change. */
  config(): ArgoCdConfig;
  /**
   * How an Application of this project reaches a repository; one that nobody told of is reached without credentials.
   * @throws SlipwayError RepositoryInvalid, RepositoryUnsupported
   */
  credentialsFor(url: string, project: string): RepositoryAccess;
  /** As `credentialsFor`, to write to it (`repository-write`, `repo-creds-write`). */
  writeCredentialsFor(url: string, project: string): RepositoryAccess;
  /** Secrets of type `repository`: with `problem` when one cannot be used. */
  repositories(): { secret: Stored<Secret>; access?: RepositoryAccess; problem?: string }[];
  /** Secrets of a type (`repository`, `repo-creds`, `cluster`, …). */
  secrets(type: string): Stored<Secret>[];
  /** Whether kinds of this group are left alone on a cluster (`resource.exclusions`, `.inclusions`). */
  isExcluded(kind: { group: string; kind: string }, cluster: string): boolean;
  /** Whether Applications of a namespace are looked at at all (`application.namespaces`). */
  isApplicationNamespace(namespace: string): boolean;
  /** Whether ApplicationSets of a namespace are (`applicationsetcontroller.namespaces`). */
  isApplicationSetNamespace(namespace: string): boolean;
  /** Told of each change; the function returned ends that. */
  onChange(listener: (change: SettingsChange) => void): () => void;
}

export interface SettingsOptions {
  client: Client;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
  /** Default: `argocd`. */
  namespace?: string;
}

/** Follows the settings until the signal is aborted. */
export function openSettings(options: SettingsOptions): ArgoCdSettings {
  const scope = { ...options, namespace: options.namespace ?? CONTROL_NAMESPACE };
  const maps = startInformer<ConfigMap>({ ...scope, kind: ConfigMap });
  const secrets = startInformer<Secret>({ ...scope, kind: Secret, labelSelector: SECRET_TYPE });
  const listeners = new Set<(change: SettingsChange) => void>();
  let config: ArgoCdConfig | undefined;
  const dataOf = (name: string) => maps.get({ namespace: scope.namespace, name })?.data ?? {};
  const ofType = (type: string) => secrets.list({ labels: { [SECRET_TYPE]: type } });
  const tell = (change: SettingsChange) => {
    for (const listener of listeners) listener(change);
  };
  const record = createRecorder({ ...options, component: 'argo-cd' });
  maps.onChange(({ object, previous }) => {
    const name = (object ?? previous)?.metadata.name ?? '';
    const unread = unreadSettings(name, object?.data ?? {});
    if (object && unread.length > 0)
      record(object, 'Warning', 'SettingsNotUsed', `not read by this engine: ${unread.join(', ')}`);
    if (name === 'argocd-cm' || name === 'argocd-cmd-params-cm') {
      config = undefined;
      tell('config');
    }
    if (name === 'argocd-tls-certs-cm' || name === 'argocd-ssh-known-hosts-cm') tell('repositories');
  });
  secrets.onChange(({ object, previous }) => {
    const types = [object, previous].map(each => each?.metadata.labels?.[SECRET_TYPE]);
    tell(types.includes('cluster') ? 'clusters' : 'repositories');
  });
  const read = () => {
    config ??= readConfig(dataOf('argocd-cm'), dataOf('argocd-cmd-params-cm'));
    return config;
  };
  const reach = (suffix: '' | '-write') => (url: string, project: string) =>
    withHostTrust(
      findCredentials(
        { repositories: ofType(`repository${suffix}`), templates: ofType(`repo-creds${suffix}`) },
        url,
        project,
      ),
      { url, certificates: dataOf('argocd-tls-certs-cm'), hosts: dataOf('argocd-ssh-known-hosts-cm') },
    );
  const isListed = (listed: string[] | undefined, namespace: string) =>
    namespace === scope.namespace || listed === undefined || matchesList(namespace, listed);
  return {
    synced: Promise.all([maps.synced, secrets.synced]).then(() => {}),
    config: read,
    credentialsFor: reach(''),
    writeCredentialsFor: reach('-write'),
    repositories: () => ofType('repository').map(readable),
    secrets: ofType,
    isExcluded: (kind, cluster) => isExcluded(read().filter, kind, cluster),
    isApplicationNamespace: namespace => isListed(read().applicationNamespaces, namespace),
    isApplicationSetNamespace: namespace => isListed(read().applicationSet.namespaces, namespace),
    onChange: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function readable(secret: Stored<Secret>): ReturnType<ArgoCdSettings['repositories']>[number] {
  try {
    return { secret, access: readRepository(secret) };
  } catch (error) {
    return { secret, problem: (error as Error).message };
  }
}
