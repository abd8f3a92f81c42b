import type { Grant, Granted, Technology, UpstreamSettings, Wish, Wisher } from '@slipway/definition';

type Schema = Record<string, unknown> & { properties?: Record<string, Schema>; items?: Schema };

/** Technologies that can be installed on a cluster, each with how. */
export function installable(technologies: Technology[]) {
  return technologies.flatMap(technology =>
    technology.upstream ? [{ technology, upstream: technology.upstream }] : [],
  );
}

/** JSON Schema of what a definition may say of it on a cluster. */
export function schemaOf({ upstream, parameters }: Technology): Schema {
  return (upstream?.parameters ?? parameters) as Schema;
}

/** Parameters with their defaults, and nothing that has none. */
export function defaultsOf(schema: Schema): Record<string, unknown> {
  const entries = Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
    if (inner.default !== undefined) return [[name, inner.default] as const];
    const below = inner.properties ? defaultsOf(inner) : {};
    return Object.keys(below).length > 0 ? [[name, below] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** A value that the schema allows and that is not its default. */
export function otherValue(schema: Schema): unknown {
  const { type, pattern, items, properties, minimum } = schema;
  const values = schema.enum as unknown[] | undefined;
  if (values) return values.find(each => each !== schema.default);
  if (type === 'boolean') return schema.default !== true;
  if (type === 'integer' || type === 'number') return Number(schema.default ?? minimum ?? 1) + 1;
  if (type === 'array') return [otherValue(items ?? { type: 'string' })];
  if (type === 'object') {
    const fields = Object.entries(properties ?? { a: { type: 'string' } });
    return Object.fromEntries(fields.map(([name, inner]) => [name, otherValue(inner)]));
  }
  const examples = ['other', '3Gi', 'https://other.example/x', 'a@other.example', 'other:1', '192.0.2.0/24'];
  const fits = (text: string) => typeof pattern !== 'string' || new RegExp(pattern).test(text);
  return examples.find(text => fits(text) && text !== schema.default) ?? 'other';
}

export interface SettingsOptions {
  parameters?: Record<string, unknown>;
  version?: string;
  /** Whether others grant what it wishes. */
  isGranted?: boolean;
  issuer?: UpstreamSettings['tls']['issuer'];
}

export function settingsOf(technology: Technology, options: SettingsOptions = {}): UpstreamSettings {
  const { parameters = {}, isGranted = true } = options;
  const { upstream } = technology;
  return {
    platform: 'acme',
    parameters: { ...defaultsOf(schemaOf(technology)), ...parameters },
    domain: 'acme.example',
    environments: ['dev', 'prod'],
    appsDomain: 'apps.example',
    tls: { issuer: options.issuer ?? 'local' },
    namespace: upstream?.namespace ?? '',
    version: options.version ?? upstream?.releases[0].version ?? '',
    url: host => `https://${host === '' ? '' : `${host}.`}acme.example`,
    gitops: false,
    isGranted: contract => isGranted || contract === 'secret',
  };
}

/** What its wishes come to when somebody grants each. */
export function grantedOf(wishes: Wish[]): Granted {
  return Object.fromEntries(wishes.map(wish => [wish.name, factsOf(wish)]));
}

function factsOf(wish: Wish): Record<string, string> {
  if (wish.contract === 'sign-in')
    return { issuer: 'https://id.acme.example/realms/acme', clientId: wish.name, secret: wish.secret };
  if (wish.contract === 'secret' || wish.contract === 'certificate') return { secret: wish.secret };
  return wish.contract === 'route' ? { host: wish.host } : {};
}

/** Everything that a technology makes of its settings, without its release's files. */
export function madeOf(technology: Technology, options: SettingsOptions = {}) {
  const settings = settingsOf(technology, options);
  const { upstream } = technology;
  const wishes = upstream?.wishes?.(settings) ?? [];
  // What has to be granted is, or the plan is refused before anything is made.
  const asked = options.isGranted === false ? wishes.filter(each => !each.optional) : wishes;
  const granted = grantedOf(asked);
  return {
    wishes,
    values: upstream?.values?.(settings, granted) ?? {},
    patches: upstream?.patches?.(settings, granted) ?? [],
    objects: upstream?.objects?.(settings, granted) ?? [],
    probes: upstream?.probes?.(settings) ?? [],
    grants: ASKED.map(wish => given(technology, wish, settings)),
  };
}

const WISHER = { component: 'asker', namespace: 'asker' };
/** One wish of each contract, as a tool would ask. */
const ASKED: Wish[] = [
  { name: 'route', contract: 'route', host: 'asker', service: 'asker', port: 80 },
  { name: 'tls', contract: 'certificate', dnsNames: ['asker.asker.svc'], secret: 'asker-tls' },
  {
    name: 'sign-in',
    contract: 'sign-in',
    redirects: ['https://asker.acme.example/back'],
    secret: 'asker-oidc',
  },
  { name: 'key', contract: 'secret', secret: 'asker-key', keys: { key: { length: 32 } } },
  { name: 'metrics', contract: 'metrics', selector: { app: 'asker' }, port: 'metrics' },
  { name: 'board', contract: 'dashboard', title: 'Asker', json: { panels: [] } },
];

function given({ upstream }: Technology, wish: Wish, settings: UpstreamSettings): Grant | undefined {
  const grant = upstream?.grants?.[wish.contract] as
    | ((wish: Wish, wisher: Wisher, settings: UpstreamSettings) => Grant)
    | undefined;
  return grant?.(wish, WISHER, settings);
}
