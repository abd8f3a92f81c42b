import type { AnyObject } from '@slipway/api';

const SCHEME = 'cnoe://';

/** Folders that an Application or ApplicationSet names as `cnoe://<path>`, as they are written, each once. */
export function localFolders(object: AnyObject): string[] {
  const found = new Set<string>();
  visit(object.spec, text => {
    if (text.startsWith(SCHEME)) found.add(text.slice(SCHEME.length));
    return text;
  });
  return [...found];
}

/**
 * The object with an address in place of every such folder, wherever it stands: sources, values of charts, generators
 * and templates.
 */
export function withAddresses(object: AnyObject, addressOf: (folder: string) => string): AnyObject {
  const spec = visit(object.spec, text =>
    text.startsWith(SCHEME) ? addressOf(text.slice(SCHEME.length)) : text,
  );
  return { ...object, spec: spec as Record<string, unknown> };
}

function visit(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map(each => visit(each, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, visit(each, change)]));
}

/** Name of the repository that a folder becomes: that of the Application and of the folder, as idpbuilder names it. */
export function repositoryName(application: string, folder: string): string {
  const base =
    folder
      .split(/[\\/]/)
      .filter(part => part !== '' && part !== '.')
      .at(-1) ?? '';
  return `${application}-${base}`
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/-+$/, '');
}
