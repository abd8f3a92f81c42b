/** A path without `.`, `..` and double slashes, as Go's `filepath.Clean`; empty becomes `.`. */
export function cleanPath(path: string): string {
  const rooted = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') {
      parts.push(part);
      continue;
    }
    const goesUp = parts.length > 0 && parts.at(-1) !== '..';
    if (goesUp) parts.pop();
    if (!goesUp && !rooted) parts.push('..');
  }
  const joined = parts.join('/');
  if (rooted) return `/${joined}`;
  return joined === '' ? '.' : joined;
}

/** Parts put together and cleaned; nothing stays empty (`filepath.Join`). */
export function joinPath(...parts: string[]): string {
  const given = parts.filter(part => part !== '');
  return given.length === 0 ? '' : cleanPath(given.join('/'));
}

/** The last part of a path (`filepath.Base`). */
export function baseName(path: string): string {
  if (path === '') return '.';
  const stripped = path.replace(/\/+$/, '');
  return stripped === '' ? '/' : stripped.slice(stripped.lastIndexOf('/') + 1);
}

/** Whether a folder is another one or below it. */
export function isWithin(path: string, folder: string): boolean {
  return folder === '/' || path === folder || path.startsWith(`${folder}/`);
}
