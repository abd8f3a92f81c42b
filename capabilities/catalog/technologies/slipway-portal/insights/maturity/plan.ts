import type { Stored } from '@slipway/api';
import {
  type Attestation,
  CREATED_BY,
  MATURITY_ASPECTS,
  MATURITY_LEVELS,
  type MaturityAspect,
  type MaturityLine,
  type MaturityReport,
} from '@slipway/kinds';
import { LINES, type Line } from './lines.ts';
import type { PlatformSeen } from './seen.ts';

/**
 * The maturity report: every line measured where that can be, else by the newest attestation that still holds, else
 * unknown. An aspect has a level when every line of it up to there says yes. Pure.
 */
export function maturityOf(seen: PlatformSeen): MaturityReport {
  const lines = LINES.map(line => answer(line, seen));
  const aspects = MATURITY_ASPECTS.map(aspect => standing(aspect, lines));
  const improvements = aspects.flatMap(({ aspect, next }) =>
    lines
      .filter(line => line.aspect === aspect && line.level === next && line.state !== 'yes')
      .map(({ id }) => id),
  );
  return { aspects, lines, improvements };
}

function answer({ measure, ...line }: Line, seen: PlatformSeen): MaturityLine {
  const measured = measure?.(seen);
  const { evidence } = measured ?? {};
  if (measured?.holds !== undefined) {
    const state = measured.holds ? 'yes' : 'no';
    return { ...line, state, basis: 'measured', found: measured.found, ...(evidence ? { evidence } : {}) };
  }
  const attested = newestFor(line.id, seen);
  if (attested) return fromWord(line, attested);
  const found = measured?.found ?? 'nobody has attested it';
  return { ...line, state: 'unknown', basis: 'none', found, ...(evidence ? { evidence } : {}) };
}

function newestFor(line: string, { attestations, now }: PlatformSeen): Stored<Attestation> | undefined {
  return attestations
    .filter(({ spec }) => spec.line === line && Date.parse(spec.until) > now)
    .sort((a, b) => {
      const [one, other] = [a.metadata, b.metadata];
      return one.creationTimestamp === other.creationTimestamp
        ? Number(one.resourceVersion) - Number(other.resourceVersion)
        : Date.parse(one.creationTimestamp) - Date.parse(other.creationTimestamp);
    })
    .at(-1);
}

function fromWord(line: Omit<Line, 'measure'>, { metadata, spec }: Stored<Attestation>): MaturityLine {
  const { holds, statement, evidence } = spec;
  return {
    ...line,
    state: holds ? 'yes' : 'no',
    basis: 'attested',
    found: `${authorOf(metadata.annotations?.[CREATED_BY])} on ${metadata.creationTimestamp.slice(0, 10)}: ${statement}`,
    evidence: evidence ?? `Attestation ${metadata.name}`,
  };
}

function authorOf(createdBy: string | undefined): string {
  try {
    const { username } = JSON.parse(createdBy ?? '{}') as { username?: string };
    return username ?? 'somebody';
  } catch {
    return 'somebody';
  }
}

function standing(aspect: MaturityAspect, lines: MaturityLine[]): MaturityReport['aspects'][number] {
  const missed = MATURITY_LEVELS.findIndex(level =>
    lines.some(line => line.aspect === aspect && line.level === level && line.state !== 'yes'),
  );
  const reached = missed < 0 ? MATURITY_LEVELS.length : missed;
  return {
    aspect,
    level: MATURITY_LEVELS[reached - 1] ?? '',
    next: MATURITY_LEVELS[reached] ?? '',
  };
}
