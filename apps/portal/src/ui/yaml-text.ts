import { dump } from 'js-yaml';

interface Managed {
  metadata?: { managedFields?: unknown };
}

/** An object as people write it in YAML: without the API server's bookkeeping of who set which field. */
export function yamlOf(object: object): string {
  const { metadata } = object as Managed;
  const shown = metadata ? { ...object, metadata: { ...metadata, managedFields: undefined } } : object;
  // Through JSON, as the API has it: fields without a value are gone.
  return dump(JSON.parse(JSON.stringify(shown)), { lineWidth: -1, noRefs: true });
}
