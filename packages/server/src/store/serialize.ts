import type { KubeObject } from '@slipway/api';

/**
 * The stored text of an object: apiVersion, kind and metadata come first, in this order, so that readers can
 * look at the beginning only; `resourceVersion` is set to the given one.
 */
export function serialize(object: KubeObject, resourceVersion: number): string {
  const { apiVersion, kind, metadata, ...rest } = object;
  return JSON.stringify({
    apiVersion,
    kind,
    metadata: { ...metadata, resourceVersion: String(resourceVersion) },
    ...rest,
  });
}

/** `apiVersion` of a stored text, without parsing it. */
export function apiVersionOfText(text: string): string {
  const start = text.indexOf('"', 13) + 1;
  return text.slice(start, text.indexOf('"', start));
}
