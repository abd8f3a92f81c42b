/** A complete reference to an entity. */
export interface Reference {
  kind: string;
  namespace: string;
  name: string;
}

/** Reads `[kind:][namespace/]name`; undefined when it is none. */
export function referenceOf(
  text: string,
  defaults: { kind?: string; namespace?: string } = {},
): Reference | undefined {
  const match = /^(?:([^:/]+):)?(?:([^:/]+)\/)?([^:/]+)$/.exec(text.trim());
  const kind = match?.[1] ?? defaults.kind;
  if (!match?.[3] || !kind) return undefined;
  return { kind: kind.toLowerCase(), namespace: match[2] ?? defaults.namespace ?? 'default', name: match[3] };
}

/** `component:default/shop`, which references compare by. */
export function referenceText({ kind, namespace, name }: Reference): string {
  return `${kind}:${namespace}/${name}`.toLowerCase();
}

/** A reference as short as it can be read: without what goes without saying. */
export function shortReference({ kind, namespace, name }: Reference, said?: string): string {
  const place = namespace === 'default' ? name : `${namespace}/${name}`;
  return kind === said ? place : `${kind}:${place}`;
}
