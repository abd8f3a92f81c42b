/** Decides which paths (without leading slash, `/` between) a build does not see. */
export type Ignore = (path: string) => boolean;

interface Rule {
  pattern: RegExp;
  isException: boolean;
}

/** Rules of a `.dockerignore` (Docker's reference, ".dockerignore file"): the last matching rule decides. */
export function parseIgnore(text: string): Ignore {
  const rules = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter(line => !line.startsWith('#') && line.trim() !== '')
    .map(ruleOf)
    .filter(rule => rule !== undefined);
  return path => {
    let isIgnored = false;
    for (const { pattern, isException } of rules) if (pattern.test(path)) isIgnored = !isException;
    return isIgnored;
  };
}

function ruleOf(line: string): Rule | undefined {
  const text = line.trim();
  const isException = text.startsWith('!');
  const pattern = cleaned(isException ? text.slice(1).trim() : text);
  return pattern === '' ? undefined : { pattern: globPattern(pattern, { below: true }), isException };
}

/** As Go's filepath.Clean with a leading slash removed. */
function cleaned(pattern: string): string {
  const segments: string[] = [];
  for (const segment of pattern.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') segments.pop();
    if (segment !== '..') segments.push(segment);
  }
  return segments.join('/');
}

/**
 * Go's filepath.Match with `**` for any number of folders.
 * @param below matches everything below what matches, too
 */
export function globPattern(glob: string, { below }: { below: boolean }): RegExp {
  let source = '';
  for (let at = 0; at < glob.length; at++) {
    const rest = glob.slice(at);
    if (rest.startsWith('**/')) {
      source += '(?:.*/)?';
      at += 2;
    } else if (rest.startsWith('**')) {
      source += '.*';
      at++;
    } else if (rest[0] === '*') {
      source += '[^/]*';
    } else if (rest[0] === '?') {
      source += '[^/]';
    } else if (rest[0] === '[' && rest.indexOf(']') > 1) {
      const end = rest.indexOf(']');
      const set = rest.slice(1, end).replace(/\\/g, '\\\\');
      source += `[${set.startsWith('^') ? `^${set.slice(1)}` : set}]`;
      at += end;
    } else {
      if (rest[0] === '\\') at++;
      source += (glob[at] ?? '\\').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    }
  }
  return new RegExp(`^${source}${below ? '(?:/.*)?' : ''}$`, 's');
}
