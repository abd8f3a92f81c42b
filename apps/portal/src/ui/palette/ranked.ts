/** Something the palette leads to. */
export interface Entry {
  id: string;
  label: string;
  /** What it is: page, service, entity, repository, action. */
  kind: string;
  /** More words it is found by. */
  words?: string;
  /** Where it leads; without it, `act` does something. */
  to?: string;
  act?: () => void;
}

const MOST_SHOWN = 50;

/**
 * Entries that hold every word of what was typed, best first: those whose label begins with it, then those with a word
 * that does, then the others; shorter labels before longer ones. Nothing typed gives them as they come.
 */
export function ranked(entries: Entry[], typed: string): Entry[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return entries.slice(0, MOST_SHOWN);
  const found = entries.flatMap(entry => {
    const label = entry.label.toLowerCase();
    const text = `${label} ${entry.kind.toLowerCase()} ${entry.words?.toLowerCase() ?? ''}`;
    if (!words.every(word => text.includes(word))) return [];
    return [{ entry, rank: rankOf(label, words.join(' ')) }];
  });
  return found
    .sort((a, b) => a.rank - b.rank || a.entry.label.length - b.entry.label.length)
    .slice(0, MOST_SHOWN)
    .map(({ entry }) => entry);
}

function rankOf(label: string, typed: string): number {
  if (label === typed) return 0;
  if (label.startsWith(typed)) return 1;
  if (label.split(/[^a-z0-9]+/).some(word => word.startsWith(typed))) return 2;
  return label.includes(typed) ? 3 : 4;
}
