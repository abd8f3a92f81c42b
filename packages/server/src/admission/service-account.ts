import type { Clock, Random } from '@slipway/api';
import type { Container, Pod, ServiceAccount, Volume } from '@slipway/kinds';
import { readObject } from '../authn/read-object.ts';
import type { AdmissionCall } from '../http/seams.ts';
import type { StoreReader } from '../store/store.ts';
import { type AdmissionPlugin, forbidden, newPod } from './plugin.ts';

const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
/** Upstream's: a bit over an hour, so that a rotation each hour is never late. */
const TOKEN_SECONDS = 3_607;
const DEFAULT_MODE = 0o644;
/** A fresh namespace gets its account within moments; upstream waits for it just as long. */
const ATTEMPTS = 20;
const PAUSE_MS = 50;
const MIRROR = 'kubernetes.io/config.mirror';

/** Gives every pod a ServiceAccount and, unless it does not want one, its token as a volume. */
export function serviceAccountPlugin(options: {
  store: StoreReader;
  clock: Clock;
  random: Random;
}): AdmissionPlugin {
  return {
    name: 'ServiceAccount',
    mutate: async call => {
      const pod = newPod(call);
      if (!pod || pod.metadata.annotations?.[MIRROR] !== undefined) return undefined;
      const name =
        pod.spec.serviceAccountName || (pod.spec as { serviceAccount?: string }).serviceAccount || 'default';
      pod.spec.serviceAccountName = name;
      (pod.spec as { serviceAccount?: string }).serviceAccount = name;
      const account = await accountOf(options, call, name);
      if (mountsToken(pod, account)) mountToken(pod, options.random);
      if (!pod.spec.imagePullSecrets?.length && account.imagePullSecrets?.length) {
        pod.spec.imagePullSecrets = account.imagePullSecrets.map(({ name: secret }) => ({ name: secret }));
      }
      return pod;
    },
  };
}

async function accountOf(
  { store, clock }: { store: StoreReader; clock: Clock },
  call: AdmissionCall,
  name: string,
): Promise<ServiceAccount> {
  const attempts = name === 'default' ? ATTEMPTS : 1;
  for (let attempt = 1; ; attempt++) {
    const account = readObject<ServiceAccount>(store, '/serviceaccounts', call.namespace, name);
    if (account) return account;
    if (attempt >= attempts) break;
    await clock.sleep(PAUSE_MS);
  }
  throw forbidden(
    call,
    `error looking up service account ${call.namespace}/${name}: serviceaccount "${name}" not found`,
  );
}

function mountsToken(pod: Pod, account: ServiceAccount): boolean {
  return pod.spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
}

function mountToken(pod: Pod, random: Random): void {
  const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  const without = containers.filter(
    container => !container.volumeMounts?.some(mount => mount.mountPath === MOUNT_PATH),
  );
  const present = pod.spec.volumes?.find(volume => volume.name.startsWith('kube-api-access-'));
  if (without.length === 0) return;
  const name = present?.name ?? `kube-api-access-${suffix(random)}`;
  if (!present) pod.spec.volumes = [...(pod.spec.volumes ?? []), tokenVolume(name)];
  for (const container of without) addMount(container, name);
}

function addMount(container: Container, name: string): void {
  container.volumeMounts = [
    ...(container.volumeMounts ?? []),
    { name, readOnly: true, mountPath: MOUNT_PATH },
  ];
}

function tokenVolume(name: string): Volume {
  const namespace = { path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } };
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardAPI: { items: [namespace] } },
      ],
      defaultMode: DEFAULT_MODE,
    },
  };
}

/** Letters that spell no words, as upstream's generated names (apimachinery/pkg/util/rand). */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

function suffix(random: Random): string {
  return Array.from(random.bytes(5), byte => ALPHABET[byte % ALPHABET.length]).join('');
}
