import { parseYaml } from '@slipway/render';

/** Which differences are nobody's fault, for one kind. */
export interface IgnoreDifferences {
  jsonPointers: string[];
  jqPathExpressions: string[];
  managedFieldsManagers: string[];
}

/** What `argocd-cm` says of one kind. */
export interface ResourceOverride {
  /** Lua source that says an object's health. */
  healthLua: string;
  /** That script may use Lua's standard libraries. */
  useOpenLibs: boolean;
  /** YAML with the Lua of actions. */
  actions: string;
  ignoreDifferences: IgnoreDifferences;
  ignoreResourceUpdates: IgnoreDifferences;
  /** Fields of custom kinds that are of a built-in type (`core/v1/PodSpec`). */
  knownTypeFields: { field: string; type: string }[];
}

const PREFIX = 'resource.customizations';

function emptyOverride(): ResourceOverride {
  return {
    healthLua: '',
    useOpenLibs: false,
    actions: '',
    ignoreDifferences: ignoreOf(undefined),
    ignoreResourceUpdates: ignoreOf(undefined),
    knownTypeFields: [],
  };
}

/**
 * `resource.customizations` and its split keys, by `<group>/<Kind>` (`<Kind>` of the core group; `*` as a glob, so
 * both `*` mean every kind).
 * @throws Error with Argo CD's words
 */
export function readOverrides(data: Record<string, string>): Record<string, ResourceOverride> {
  const overrides: Record<string, ResourceOverride> = {};
  const whole = yamlOf(data[PREFIX], PREFIX) as Record<string, Record<string, unknown>> | undefined;
  for (const [key, raw] of Object.entries(whole ?? {})) overrides[key] = readWhole(raw, `${PREFIX} ${key}`);
  for (const [key, value] of Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [type, ...rest] = key.startsWith(`${PREFIX}.`) ? key.slice(PREFIX.length + 1).split('.') : [];
    if (type === undefined || rest.length === 0) continue;
    const name = overrideKey(rest.join('.'));
    const override = overrides[name] ?? emptyOverride();
    setPart(override, type, value, key);
    overrides[name] = override;
  }
  return overrides;
}

/** Keys of a ConfigMap have no slash: `cert-manager.io_Certificate` is `cert-manager.io/Certificate`, `all` every kind. */
function overrideKey(groupKind: string): string {
  const parts = groupKind.split('_');
  if (parts.length === 2) return parts.join('/');
  if (parts.length === 1 && groupKind !== '') return groupKind === 'all' ? '*/*' : groupKind;
  throw new Error(
    `group kind should be in format \`resource.customizations.<type>.<group_kind>\` or resource.customizations.<type>.<kind>\`, got group kind: '${groupKind}'`,
  );
}

function setPart(override: ResourceOverride, type: string, value: string, key: string): void {
  if (type === 'health') override.healthLua = value;
  if (type === 'actions') override.actions = value;
  if (type === 'useOpenLibs') override.useOpenLibs = readTruth(value, key);
  if (type === 'ignoreDifferences') override.ignoreDifferences = ignoreOf(yamlOf(value, key));
  if (type === 'ignoreResourceUpdates') override.ignoreResourceUpdates = ignoreOf(yamlOf(value, key));
  if (type === 'knownTypeFields') override.knownTypeFields = fieldsOf(yamlOf(value, key));
  const known = ['health', 'actions', 'useOpenLibs', 'ignoreDifferences', 'ignoreResourceUpdates'];
  if (type !== 'knownTypeFields' && !known.includes(type))
    throw new Error(`resource customization type ${type} not supported`);
}

function readWhole(raw: Record<string, unknown>, where: string): ResourceOverride {
  return {
    healthLua: textOf(raw['health.lua']),
    useOpenLibs: raw['health.lua.useOpenLibs'] === true,
    actions: textOf(raw.actions),
    ignoreDifferences: ignoreOf(yamlOf(textOf(raw.ignoreDifferences), where)),
    ignoreResourceUpdates: ignoreOf(yamlOf(textOf(raw.ignoreResourceUpdates), where)),
    knownTypeFields: fieldsOf(raw.knownTypeFields),
  };
}

function readTruth(value: string, key: string): boolean {
  if (value === 'true' || value === 'false') return value === 'true';
  throw new Error(`${key}: ${JSON.stringify(value)} is neither true nor false`);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function ignoreOf(value: unknown): IgnoreDifferences {
  const given = (value ?? {}) as Partial<Record<keyof IgnoreDifferences, unknown>>;
  const list = (field: keyof IgnoreDifferences) =>
    Array.isArray(given[field]) ? given[field].filter(each => typeof each === 'string') : [];
  return {
    jsonPointers: list('jsonPointers'),
    jqPathExpressions: list('jqPathExpressions'),
    managedFieldsManagers: list('managedFieldsManagers'),
  };
}

function fieldsOf(value: unknown): { field: string; type: string }[] {
  if (!Array.isArray(value)) return [];
  return value.map(each => ({ field: textOf(each?.field), type: textOf(each?.type) }));
}

/** One YAML value; undefined when there is none. */
export function yamlOf(text: string | undefined, where: string): unknown {
  if (!text || text.trim() === '') return undefined;
  return parseYaml(text, where)[0]?.value;
}
