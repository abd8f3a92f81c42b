import type { CatalogEntity } from '../../api/catalog.ts';

const LEGAL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;

/** The command that shows the same entity; one whose name is no object's name is looked for by its reference. */
export function entityCommand({ kind, metadata }: Pick<CatalogEntity, 'kind' | 'metadata'>): string {
  const { name, namespace = 'default', annotations } = metadata;
  const tool = annotations?.['slipway.dev/component'];
  if (tool) return `kubectl get components.slipway.dev ${tool} -o yaml`;
  const object = `${kind.toLowerCase()}.${name}`;
  if (namespace === 'default' && LEGAL.test(object))
    return `kubectl get entities --all-namespaces --field-selector metadata.name=${object} -o yaml`;
  const reference = `${kind}:${namespace}/${name}`.toLowerCase();
  return `kubectl get entities --all-namespaces -o yaml | grep -A 40 'reference: ${reference}'`;
}
