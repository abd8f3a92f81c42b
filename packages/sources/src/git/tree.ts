/** One entry of a tree object. Modes are octal text as git prints them: `100644`, `100755`, `120000`, `040000`, `160000`. */
export interface TreeEntry {
  mode: string;
  name: string;
  id: string;
  type: 'blob' | 'tree' | 'commit';
}

/** Entries of a raw tree object (`<mode> <name>\0<20 bytes>`, repeated). `idBytes` is 32 in SHA-256 repositories. */
export function parseTree(data: Buffer, idBytes = 20): TreeEntry[] {
  const entries: TreeEntry[] = [];
  let at = 0;
  while (at < data.length) {
    const space = data.indexOf(0x20, at);
    const zero = data.indexOf(0, space);
    if (space < 0 || zero < 0) break;
    const mode = data.toString('latin1', at, space).padStart(6, '0');
    const name = data.toString('utf8', space + 1, zero);
    at = zero + 1 + idBytes;
    entries.push({ mode, name, id: data.toString('hex', zero + 1, at), type: typeOf(mode) });
  }
  return entries;
}

function typeOf(mode: string): TreeEntry['type'] {
  if (mode === '040000') return 'tree';
  return mode === '160000' ? 'commit' : 'blob';
}
