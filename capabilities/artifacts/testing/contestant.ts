import { median, type Series } from '../../../bench/statistics.ts';

/** Whoever takes part in a comparison, and what was measured of it so far: row → values. */
export interface Contestant {
  name: string;
  rows: Map<string, number[]>;
}

/** A peer that is not here, with its figures of record for each row. */
export interface PeerRecord {
  name: string;
  rows: { [row: string]: number };
}

export function note({ rows }: Contestant, row: string, value: number): void {
  rows.set(row, [...(rows.get(row) ?? []), value]);
}

/** Milliseconds that the work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/** Our rows, one for each peer that has the row too: those of this very run first, of record for the absent ones. */
export function seriesBeside(
  own: Contestant,
  { peers, absent, unitOf }: { peers: Contestant[]; absent: PeerRecord[]; unitOf(row: string): string },
): Series[] {
  return [...own.rows].flatMap(([name, values]) => {
    const measured = peers.map(peer => ({ name: peer.name, value: median(peer.rows.get(name) ?? []) }));
    const recorded = absent.map(({ name: peer, rows }) => ({ name: `${peer} (record)`, value: rows[name] }));
    const beside = [...measured, ...recorded].filter(
      (each): each is { name: string; value: number } =>
        each.value !== undefined && !Number.isNaN(each.value),
    );
    const row = { name, unit: unitOf(name), values };
    return beside.length === 0 ? [row] : beside.map(against => ({ ...row, against }));
  });
}
