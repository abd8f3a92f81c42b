import type { SourceReader } from './source-reader.ts';

/** What renders a folder. */
export type SourceType = 'Helm' | 'Kustomize' | 'Directory';

const MARKERS: Record<string, SourceType> = {
  'Chart.yaml': 'Helm',
  'kustomization.yaml': 'Kustomize',
  'kustomization.yml': 'Kustomize',
  Kustomization: 'Kustomize',
};

/**
 * What a folder's own files say it is, as Argo CD finds it out (its `discovery`): a chart before a kustomization.
 * `marker` is the file that says so.
 */
export async function sourceTypeOf(
  reader: SourceReader,
  path: string,
): Promise<{ type: SourceType; marker?: string }> {
  const entries = (await reader.list(path)) ?? [];
  const names = new Set(entries.flatMap(({ name, type }) => (type === 'folder' ? [] : [name])));
  for (const [marker, type] of Object.entries(MARKERS)) if (names.has(marker)) return { type, marker };
  return { type: 'Directory' };
}
