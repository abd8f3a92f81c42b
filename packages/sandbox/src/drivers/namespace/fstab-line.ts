/** One line of fstab(5): blanks and backslashes in names are written in octal. */
export function fstabLine(source: string, target: string, type: string, options: string): string {
  return `${[source, target, type, options].map(escaped).join(' ')} 0 0`;
}

function escaped(text: string): string {
  return text.replace(/[ \t\n\\#]/g, blank => `\\${blank.charCodeAt(0).toString(8).padStart(3, '0')}`);
}
