import {
  parameterSchema,
  type Release,
  type SelectedComponent,
  type Selection,
  type TlsSettings,
  type UpstreamSettings,
} from '@slipway/definition';
import { isGranted, type Settled } from './grant-wishes.ts';

/** Where what exists elsewhere, or is built in, has its wiring. */
const OWN_NAMESPACE = 'slipway-system';

/** Components with the settings that their functions are called with. */
export function settle(selection: Selection, releases: Map<string, Release>): Settled[] {
  const { components, name, domain, appsDomain, document } = selection;
  const tls: TlsSettings = { issuer: 'local', ...(document.spec?.tls as Partial<TlsSettings> | undefined) };
  return components.map(component => {
    const { id, upstream } = component.technology;
    const settings: UpstreamSettings = {
      platform: name,
      parameters: withDefaults(component),
      domain,
      appsDomain,
      environments: selection.environments.map(each => each.name),
      tls,
      namespace: component.engine === 'upstream' ? (upstream?.namespace ?? OWN_NAMESPACE) : OWN_NAMESPACE,
      version: releases.get(id)?.version ?? '',
      url: host => `https://${host === '' ? domain : `${host}.${domain}`}`,
      gitops: selection.gitops,
      isGranted: contract => isGranted(contract, components),
    };
    return { component, settings };
  });
}

type Schema = { default?: unknown; properties?: Record<string, Schema> };

/** Parameters as they are given, and defaults where they are not, at any depth. */
function withDefaults({ technology, engine, parameters }: SelectedComponent): Record<string, unknown> {
  const schema = parameterSchema(technology, engine === 'embedded' ? 'embedded' : 'kubernetes');
  return (filled(schema as Schema, parameters) as Record<string, unknown> | undefined) ?? {};
}

function filled(schema: Schema, given: unknown): unknown {
  const value = given === undefined ? schema.default : given;
  if (!schema.properties || (value !== undefined && (typeof value !== 'object' || value === null)))
    return value;
  const fields = Object.entries(schema.properties).flatMap(([name, inner]) => {
    const field = filled(inner, (value as Record<string, unknown> | undefined)?.[name]);
    return field === undefined ? [] : [[name, field] as const];
  });
  if (value === undefined && fields.length === 0) return undefined;
  return { ...(value as object | undefined), ...Object.fromEntries(fields) };
}
