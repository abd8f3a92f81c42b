import { StatusError } from '@slipway/api';
import { isRecord, parseBody } from './decode.ts';
import type { Exchange } from './exchange.ts';

/** What a write's query says about how to do it. */
export interface WriteOptions {
  dryRun: boolean;
  manager: string;
  force: boolean;
  validation: 'Strict' | 'Warn' | 'Ignore';
}

/** @throws StatusError Invalid, BadRequest */
export function writeOptions(exchange: Exchange): WriteOptions {
  const { query } = exchange.incoming;
  const validation = query.get('fieldValidation') || 'Warn';
  if (validation !== 'Strict' && validation !== 'Warn' && validation !== 'Ignore') {
    throw new StatusError(
      'Invalid',
      `fieldValidation: Unsupported value: "${validation}": supported values: "Ignore", "Strict", "Warn"`,
    );
  }
  return {
    dryRun: dryRunOf(query.getAll('dryRun')),
    manager: query.get('fieldManager') || managerOf(exchange),
    force: query.get('force') === 'true',
    validation,
  };
}

function dryRunOf(values: string[]): boolean {
  const given = values.filter(value => value !== '');
  const wrong = given.find(value => value !== 'All');
  if (wrong === undefined) return given.length > 0;
  throw new StatusError('Invalid', `dryRun: Unsupported value: "${wrong}": supported values: "All"`);
}

/** Without a name for the manager it is the program's, as in its User-Agent. */
function managerOf(exchange: Exchange): string {
  const agent = exchange.incoming.header('user-agent')[0] ?? '';
  return (agent.split('/')[0] ?? '').slice(0, 128) || 'unknown';
}

export interface DeleteOptions {
  dryRun: boolean;
  gracePeriodSeconds: number | undefined;
  propagation: 'Foreground' | 'Background' | 'Orphan' | undefined;
  preconditions: { uid?: string; resourceVersion?: string };
}

const POLICIES = ['Foreground', 'Background', 'Orphan'] as const;

/** From the body (a DeleteOptions document) or the query. @throws StatusError Invalid, BadRequest */
export async function deleteOptions(exchange: Exchange): Promise<DeleteOptions> {
  const { incoming } = exchange;
  const given = await incoming.body();
  const body = given.length === 0 ? {} : parseBody(given, incoming.contentType);
  if (!isRecord(body)) throw new StatusError('BadRequest', 'the body is not a DeleteOptions object');
  const grace = body.gracePeriodSeconds ?? numberOrNothing(incoming.query.get('gracePeriodSeconds'));
  if (typeof grace === 'number' && grace < 0) {
    throw new StatusError('Invalid', `gracePeriodSeconds: Invalid value: ${grace}: must be non-negative`);
  }
  const dryRun = Array.isArray(body.dryRun) ? body.dryRun.map(String) : incoming.query.getAll('dryRun');
  const preconditions = isRecord(body.preconditions) ? body.preconditions : {};
  return {
    dryRun: dryRunOf(dryRun),
    gracePeriodSeconds: typeof grace === 'number' ? grace : undefined,
    propagation: propagationOf(body, incoming.query),
    preconditions: {
      ...(typeof preconditions.uid === 'string' ? { uid: preconditions.uid } : {}),
      ...(typeof preconditions.resourceVersion === 'string'
        ? { resourceVersion: preconditions.resourceVersion }
        : {}),
    },
  };
}

function numberOrNothing(text: string | null): number | undefined {
  return text === null || text === '' ? undefined : Number(text);
}

function propagationOf(body: Record<string, unknown>, query: URLSearchParams): DeleteOptions['propagation'] {
  const policy = body.propagationPolicy ?? query.get('propagationPolicy') ?? undefined;
  const orphan = body.orphanDependents ?? query.get('orphanDependents') ?? undefined;
  if (policy !== undefined && orphan !== undefined) {
    throw new StatusError(
      'Invalid',
      'propagationPolicy: Invalid value: orphanDependents and deletionPropagation cannot be both set',
    );
  }
  if (orphan !== undefined) return String(orphan) === 'true' ? 'Orphan' : 'Background';
  if (policy === undefined || policy === '') return undefined;
  const known = POLICIES.find(candidate => candidate === policy);
  if (known) return known;
  throw new StatusError(
    'Invalid',
    `propagationPolicy: Unsupported value: "${policy}": supported values: "Foreground", "Background", "Orphan", "nil"`,
  );
}
