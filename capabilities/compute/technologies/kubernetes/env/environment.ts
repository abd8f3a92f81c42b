import { SlipwayError } from '@slipway/api';
import type { ConfigMap, Container, EnvVar, Pod, Secret } from '@slipway/kinds';
import { expand } from './expand.ts';
import { fieldValue, type PodFacts, resourceValue } from './fields.ts';

/** Reads an object of the pod's namespace; undefined when there is none. */
export interface References {
  configMap(name: string): Promise<ConfigMap | undefined>;
  secret(name: string): Promise<Secret | undefined>;
}

export interface EnvironmentOptions {
  pod: Pod;
  container: Container;
  /** The image's own variables. */
  image: ReadonlyMap<string, string>;
  /** Variables of Services; the container's own win over them. */
  services: ReadonlyMap<string, string>;
  facts: PodFacts;
  references: References;
}

export interface Environment {
  values: Map<string, string>;
  /** Keys of envFrom that no variable can be called, by their source. */
  invalid: { source: string; keys: string[] }[];
}

/**
 * A container's environment in upstream's order: image, Services, envFrom, env; each may refer to what came before.
 * @throws SlipwayError `ConfigError`, worded as upstream's CreateContainerConfigError
 */
export async function environmentOf(options: EnvironmentOptions): Promise<Environment> {
  const { container, references } = options;
  const own = new Map<string, string>();
  const invalid: Environment['invalid'] = [];
  for (const source of container.envFrom ?? []) {
    const found = await sourceOf(source, options.pod, references);
    const entries = Object.entries(found.data).map(
      ([key, value]) => [`${source.prefix ?? ''}${key}`, value] as const,
    );
    const bad = entries.map(([key]) => key).filter(key => !isVariable(key));
    if (bad.length > 0) invalid.push({ source: found.name, keys: bad.sort() });
    for (const [key, value] of entries) if (isVariable(key)) own.set(key, value);
  }
  for (const variable of container.env ?? []) {
    const value = await variableValue(variable, options, new Map([...options.services, ...own]));
    if (value !== undefined) own.set(variable.name, value);
  }
  return { values: new Map([...options.image, ...options.services, ...own]), invalid };
}

/** What a shell can export; the rest is left out and told. */
function isVariable(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

async function sourceOf(
  source: NonNullable<Container['envFrom']>[number],
  pod: Pod,
  references: References,
): Promise<{ name: string; data: Record<string, string> }> {
  const { configMapRef, secretRef } = source;
  if (configMapRef) {
    const found = await references.configMap(configMapRef.name);
    if (!found && !configMapRef.optional) throw missing('configmap', configMapRef.name);
    return { name: `ConfigMap ${pod.metadata.namespace}/${configMapRef.name}`, data: found?.data ?? {} };
  }
  if (!secretRef) return { name: '', data: {} };
  const found = await references.secret(secretRef.name);
  if (!found && !secretRef.optional) throw missing('secret', secretRef.name);
  const data = Object.entries(found?.data ?? {}).map(([key, value]) => [key, decoded(value)]);
  return { name: `Secret ${pod.metadata.namespace}/${secretRef.name}`, data: Object.fromEntries(data) };
}

async function variableValue(
  { name, value, valueFrom }: EnvVar,
  options: EnvironmentOptions,
  before: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  const { pod, container, facts } = options;
  if (!valueFrom) return expand(value ?? '', before);
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  if (fieldRef) return fieldValue(pod, fieldRef.fieldPath, facts);
  if (resourceFieldRef) {
    const of = containerNamed(pod, resourceFieldRef.containerName) ?? container;
    return resourceValue(of, resourceFieldRef.resource, resourceFieldRef.divisor, facts);
  }
  if (configMapKeyRef) {
    const found = await options.references.configMap(configMapKeyRef.name);
    const text = found?.data?.[configMapKeyRef.key];
    return text ?? absent('configmap', configMapKeyRef, pod, found !== undefined);
  }
  if (!secretKeyRef)
    throw new SlipwayError('ConfigError', `env ${name}: valueFrom: this source is not supported`);
  const found = await options.references.secret(secretKeyRef.name);
  const text = found?.data?.[secretKeyRef.key];
  return text === undefined ? absent('secret', secretKeyRef, pod, found !== undefined) : decoded(text);
}

function absent(
  kind: 'configmap' | 'secret',
  { name, key, optional }: { name: string; key: string; optional?: boolean },
  pod: Pod,
  isThere: boolean,
): undefined {
  if (optional) return undefined;
  if (!isThere) throw missing(kind, name);
  const title = kind === 'secret' ? 'Secret' : 'ConfigMap';
  throw new SlipwayError(
    'ConfigError',
    `couldn't find key ${key} in ${title} ${pod.metadata.namespace}/${name}`,
  );
}

function missing(kind: 'configmap' | 'secret', name: string): SlipwayError {
  return new SlipwayError('ConfigError', `${kind} ${JSON.stringify(name)} not found`);
}

export function containerNamed(pod: Pod, name: string | undefined): Container | undefined {
  return [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find(one => one.name === name);
}

export function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString();
}
