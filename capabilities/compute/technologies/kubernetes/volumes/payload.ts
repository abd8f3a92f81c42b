import { SlipwayError } from '@slipway/api';
import type { DownwardFile, KeyToPath, Pod, Projection, Volume } from '@slipway/kinds';
import { containerNamed, type References } from '../env/environment.ts';
import { fieldValue, type PodFacts, resourceValue } from '../env/fields.ts';

/** Content of a volume: files by relative path. */
export type Payload = Map<string, { content: Buffer; mode: number }>;

export interface PayloadOptions {
  pod: Pod;
  facts: PodFacts;
  references: References;
  /** A token of the pod's ServiceAccount, bound to the pod; kept and renewed by whoever gives it. */
  token(request: { audience: string | undefined; expirationSeconds: number }): Promise<string>;
}

const DEFAULT_MODE = 0o644;
const TOKEN_SECONDS = 3600;

/** What a volume that shows API objects holds now; undefined: it is of another sort. Rejects with `MountFailed`. */
export async function payloadOf(volume: Volume, options: PayloadOptions): Promise<Payload | undefined> {
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap) return merged([configMap], configMap.defaultMode, one => ({ configMap: one }), options);
  if (secret) {
    const { secretName, ...rest } = secret;
    const source = { ...rest, ...(secretName === undefined ? {} : { name: secretName }) };
    return merged([source], secret.defaultMode, one => ({ secret: one }), options);
  }
  if (downwardAPI)
    return merged([downwardAPI], downwardAPI.defaultMode, one => ({ downwardAPI: one }), options);
  if (projected) return merged(projected.sources ?? [], projected.defaultMode, one => one, options);
  return undefined;
}

async function merged<T>(
  sources: T[],
  defaultMode: number | undefined,
  asProjection: (source: T) => Projection,
  options: PayloadOptions,
): Promise<Payload> {
  const all: Payload = new Map();
  for (const source of sources) {
    const files = await project(asProjection(source), defaultMode ?? DEFAULT_MODE, options);
    for (const [path, file] of files) all.set(checkedPath(path), file);
  }
  return all;
}

/** Upstream refuses these paths when the pod is created; a file must never leave its volume. */
function checkedPath(path: string): string {
  if (path.startsWith('/') || path.split('/').includes('..')) {
    throw new SlipwayError(
      'MountFailed',
      `path ${JSON.stringify(path)}: must be relative and may not contain ".."`,
    );
  }
  return path;
}

async function project(source: Projection, mode: number, options: PayloadOptions): Promise<Payload> {
  const { configMap, secret, downwardAPI, serviceAccountToken } = source;
  const { references } = options;
  if (configMap) {
    const name = configMap.name ?? '';
    const found = await references.configMap(name);
    if (!found && !configMap.optional) throw notFound('configmap', name);
    const data = new Map<string, Buffer>();
    for (const [key, text] of Object.entries(found?.data ?? {})) data.set(key, Buffer.from(text));
    for (const [key, base64] of Object.entries(found?.binaryData ?? {}))
      data.set(key, Buffer.from(base64, 'base64'));
    return select(data, configMap, mode, `configmap references non-existent config key`);
  }
  if (secret) {
    const name = secret.name ?? '';
    const found = await references.secret(name);
    if (!found && !secret.optional) throw notFound('secret', name);
    const entries = Object.entries(found?.data ?? {});
    const data = new Map(entries.map(([key, base64]) => [key, Buffer.from(base64, 'base64')] as const));
    return select(data, secret, mode, `references non-existent secret key`);
  }
  if (downwardAPI) return downward(downwardAPI.items ?? [], mode, options);
  if (!serviceAccountToken)
    throw new SlipwayError('MountFailed', 'projected volume: a source is of a sort that is not supported');
  const { audience, expirationSeconds = TOKEN_SECONDS, path } = serviceAccountToken;
  const token = await options.token({ audience, expirationSeconds });
  return new Map([[path, { content: Buffer.from(token), mode }]]);
}

function select(
  data: ReadonlyMap<string, Buffer>,
  { items, optional }: { items?: KeyToPath[]; optional?: boolean },
  mode: number,
  complaint: string,
): Payload {
  if (!items) return new Map([...data].map(([key, content]) => [key, { content, mode }]));
  const files: Payload = new Map();
  for (const item of items) {
    const content = data.get(item.key);
    if (content) files.set(item.path, { content, mode: item.mode ?? mode });
    if (!content && !optional) throw new SlipwayError('MountFailed', `${complaint}: ${item.key}`);
  }
  return files;
}

function downward(items: DownwardFile[], mode: number, { pod, facts }: PayloadOptions): Payload {
  const files: Payload = new Map();
  for (const item of items)
    files.set(item.path, { content: Buffer.from(downwardText(item, pod, facts)), mode: item.mode ?? mode });
  return files;
}

function downwardText({ path, fieldRef, resourceFieldRef }: DownwardFile, pod: Pod, facts: PodFacts): string {
  if (fieldRef) return fieldValue(pod, fieldRef.fieldPath, facts);
  const container = containerNamed(pod, resourceFieldRef?.containerName);
  if (!resourceFieldRef || !container)
    throw new SlipwayError('MountFailed', `downwardAPI: ${path}: names no container`);
  return resourceValue(container, resourceFieldRef.resource, undefined, facts);
}

function notFound(kind: 'configmap' | 'secret', name: string): SlipwayError {
  return new SlipwayError('MountFailed', `${kind} ${JSON.stringify(name)} not found`);
}
