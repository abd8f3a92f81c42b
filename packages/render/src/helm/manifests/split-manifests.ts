import { isBlank, trimLeft } from '../go-space.ts';

/** Documents of a rendered text: a line that starts with `---` parts them, even with something behind it. */
export function splitManifests(text: string): string[] {
  return trimLeft(text)
    .split(/^---[ \t]*/m)
    .filter(part => !isBlank(part))
    .map(trimLeft);
}
