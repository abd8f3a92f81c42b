/** The team that owns what a form makes: its `owner`, a name or a group’s reference; none when a person owns it. */
export function teamOf({ owner }: Record<string, unknown>): string | undefined {
  if (typeof owner !== 'string') return undefined;
  return /^(?:group:)?(?:[^:/]+\/)?([^:/]+)$/i.exec(owner)?.[1];
}
