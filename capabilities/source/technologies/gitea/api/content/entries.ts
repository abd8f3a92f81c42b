import { type GitObjects, parseTree, type TreeEntry } from '@slipway/sources';

/** Entries of a folder at a commit; undefined when there is no such folder. */
export async function entriesOf(
  reader: GitObjects,
  commit: string,
  path: string,
): Promise<TreeEntry[] | undefined> {
  const root = await reader.info(`${commit}^{tree}`);
  if (!root) return undefined;
  const id = path === '' ? root.id : (await entryAt(reader, commit, path))?.id;
  const tree = id ? await reader.read(id) : undefined;
  return tree?.type === 'tree' ? parseTree(tree.data, tree.id.length / 2) : undefined;
}

/** One file or folder at a commit, found by walking its folders: git's own path syntax is never given a caller's text. */
export async function entryAt(
  reader: GitObjects,
  commit: string,
  path: string,
): Promise<TreeEntry | undefined> {
  let id = `${commit}^{tree}`;
  let found: TreeEntry | undefined;
  for (const part of path.split('/')) {
    const tree = await reader.read(id);
    if (tree?.type !== 'tree') return undefined;
    found = parseTree(tree.data, tree.id.length / 2).find(entry => entry.name === part);
    if (!found) return undefined;
    id = found.id;
  }
  return found;
}
