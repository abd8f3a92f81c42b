const TEAM = 'slipway.team';

/** The team that this browser's person creates for, when it is one of those. Kept in this browser only. */
export function preferredTeam(teams: string[]): string | undefined {
  const kept = localStorage.getItem(TEAM);
  return kept !== null && teams.includes(kept) ? kept : undefined;
}

/** An empty name forgets it. */
export function keepPreferredTeam(team: string): void {
  if (team === '') localStorage.removeItem(TEAM);
  if (team !== '') localStorage.setItem(TEAM, team);
}
