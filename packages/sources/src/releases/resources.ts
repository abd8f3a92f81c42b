import { type AnyObject, type Key, type Kind, SlipwayError } from '@slipway/api';
import type { Client } from '@slipway/client';
import { manifestsOfText } from '@slipway/render';

/** One object of a release, ready to be sent. */
export interface Resource {
  kind: Kind<AnyObject>;
  object: AnyObject;
  key: Key;
}

/**
 * The objects of a manifest's text, namespaced ones in `namespace` unless they name one.
 * @throws SlipwayError KindUnknown in Helm's words, RenderError for what is no manifest
 */
export async function resourcesOf(client: Client, text: string, namespace: string): Promise<Resource[]> {
  const resources: Resource[] = [];
  for (const { object } of manifestsOfText(text, 'manifest')) {
    const { apiVersion, kind: name, metadata } = object;
    const kind = (await client.discover(apiVersion, name)) as Kind<AnyObject> | undefined;
    if (!kind)
      throw new SlipwayError(
        'KindUnknown',
        `resource mapping not found for name: ${JSON.stringify(metadata.name ?? '')} namespace: ${JSON.stringify(metadata.namespace ?? '')}: no matches for kind ${JSON.stringify(name)} in version ${JSON.stringify(apiVersion)}; ensure CRDs are installed first`,
      );
    const { namespace: _, ...rest } = metadata;
    const place = metadata.namespace || namespace;
    resources.push({
      kind,
      object: { ...object, metadata: kind.namespaced ? { ...metadata, namespace: place } : rest },
      key: { ...(kind.namespaced ? { namespace: place } : {}), name: metadata.name ?? '' },
    });
  }
  return resources;
}

/** The same object, whatever version of its kind is meant. */
export function sameResource(a: Resource, b: Resource): boolean {
  return idOf(a) === idOf(b);
}

function idOf({ kind, key }: Resource): string {
  return [kind.group, kind.kind, key.namespace ?? '', key.name].join('/');
}

/** `Deployment "web" in namespace "shop"` */
export function resourceText({ kind, key }: Resource): string {
  return `${kind.kind} ${JSON.stringify(key.name)} in namespace ${JSON.stringify(key.namespace ?? '')}`;
}
