import type { SourceReader } from './source-reader.ts';

/** What renders a folder. */
export type SourceType = 'Helm' | 'Kustomize' | 'Directory';

const KUSTOMIZATIONS = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/**
 * What a folder's own files say it is, as Argo CD finds it out (util/app/discovery): it walks over them in the order of
 * their names, and the last that says something is right. `marker` is that file.
 */
export async function sourceTypeOf(
  reader: SourceReader,
  path: string,
): Promise<{ type: SourceType; marker?: string }> {
  const entries = (await reader.list(path)) ?? [];
  const names = entries.flatMap(({ name, type }) => (type === 'folder' ? [] : [name])).sort();
  const marker = names.findLast(name => name.endsWith('Chart.yaml') || KUSTOMIZATIONS.includes(name));
  if (marker === undefined) return { type: 'Directory' };
  return { type: KUSTOMIZATIONS.includes(marker) ? 'Kustomize' : 'Helm', marker };
}
