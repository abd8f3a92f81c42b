/**
 * A Git address in the one form in which Argo CD compares them: lower case, without `.git` and `ssh://`, the colon of
 * `git@host:path` a slash. Empty when it is no URL.
 */
export function normalizeGitUrl(url: string): string {
  const text = url.trim().toLowerCase();
  const bare = isSshUrl(text) && !text.startsWith('ssh://') ? `ssh://${text.replace(':', '/')}` : text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what Go's parser of URLs refuses
  if (/[\u0000-\u001f\u007f]/.test(bare) || hasBadHost(bare)) return '';
  return bare
    .replace(/\.git$/, '')
    .replaceAll(' ', '%20')
    .replace(/^ssh:\/\//, '');
}

/** Signs that no host may have, and ports that are no numbers (Go's net/url). */
function hasBadHost(url: string): boolean {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/.exec(url)?.[1] ?? '';
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  return /[{}|\\^` %]/.test(host) || /:[^\]]*[^\d\]][^\]]*$/.test(host.replace(/^\[[^\]]*\]/, ''));
}

/** Whether two addresses name one repository; those that are no URLs are compared as they are. */
export function sameGitUrl(a: string, b: string): boolean {
  const [left, right] = [normalizeGitUrl(a) || a, normalizeGitUrl(b) || b];
  return left !== '' && left === right;
}

/** `git@host:path`, `ssh://user@host/path` */
export function isSshUrl(url: string): boolean {
  return /^(ssh:\/\/)?([^/:]*?)@[^@]+$/.test(url);
}
