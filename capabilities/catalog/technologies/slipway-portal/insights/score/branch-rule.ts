/**
 * Whether a rule of branch protection fits a branch: `*` stands for anything within a segment, `**` across. People write
 * rules, so this takes time in proportion to both lengths, whatever they write.
 */
export function fitsBranch(rule: string, branch: string): boolean {
  const tokens = rule.match(/\*{2,}|\*|[^*]/gu) ?? [];
  const characters = [...branch];
  let reached = characters.map(() => false);
  let atStart = true;
  for (const token of tokens) {
    const next: boolean[] = [];
    const star = token.startsWith('*');
    for (const [index, character] of characters.entries()) {
      const before = index === 0 ? atStart : (reached[index - 1] ?? false);
      const grown = index === 0 ? atStart : (next[index - 1] ?? false);
      const eats = token !== '*' || character !== '/';
      next.push(
        star ? (reached[index] ?? false) || (eats && (before || grown)) : before && token === character,
      );
    }
    atStart = atStart && star;
    reached = next;
  }
  return characters.length === 0 ? atStart : (reached.at(-1) ?? false);
}
