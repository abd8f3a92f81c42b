const NOTES = 'NOTES.txt';

/** Takes the notes out of the rendered files: they are neither manifests nor hooks. Those of subcharts only if asked for. */
export function takeNotes(files: Map<string, string>, chart: string, subNotes: boolean): string {
  const own = `${chart}/templates/${NOTES}`;
  const notes: string[] = [];
  for (const path of [...files.keys()].sort()) {
    if (!path.endsWith(NOTES)) continue;
    if (subNotes || path === own) notes.push(files.get(path) ?? '');
    files.delete(path);
  }
  return notes.reduce((all, text) => (all === '' ? text : `${all}\n${text}`), '');
}
