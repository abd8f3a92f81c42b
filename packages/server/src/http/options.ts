import { StatusError } from '@slipway/api';
import { isRecord, parseBody } from './decode.ts';
import type { Exchange } from './exchange.ts';
import { invalidOptions } from './refusals.ts';

/** What a write's query says about how to do it. */
export interface WriteOptions {
  dryRun: boolean;
  manager: string;
  force: boolean;
  validation: 'Strict' | 'Warn' | 'Ignore';
}

/** Which options document a method's query stands for. */
const OPTIONS: Record<string, string> = { PUT: 'UpdateOptions', PATCH: 'PatchOptions' };

/** @throws StatusError Invalid */
export function writeOptions(exchange: Exchange): WriteOptions {
  const { query, method } = exchange.incoming;
  const kind = OPTIONS[method] ?? 'CreateOptions';
  const validation = query.get('fieldValidation') || 'Warn';
  if (validation !== 'Strict' && validation !== 'Warn' && validation !== 'Ignore') {
    const message = `Unsupported value: "${validation}": supported values: "Ignore", "Strict", "Warn"`;
    throw invalidOptions(kind, 'fieldValidation', message);
  }
  return {
    dryRun: dryRunOf(query.getAll('dryRun'), kind),
    manager: query.get('fieldManager') || managerOf(exchange),
    force: query.get('force') === 'true',
    validation,
  };
}

function dryRunOf(values: string[], kind: string): boolean {
  const given = values.filter(value => value !== '');
  const wrong = given.find(value => value !== 'All');
  if (wrong === undefined) return given.length > 0;
  throw invalidOptions(kind, 'dryRun', `Unsupported value: ["${wrong}"]: supported values: "All"`);
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
    throw invalidOptions(
      'DeleteOptions',
      'gracePeriodSeconds',
      `Invalid value: ${grace}: must be non-negative`,
    );
  }
  const dryRun = Array.isArray(body.dryRun) ? body.dryRun.map(String) : incoming.query.getAll('dryRun');
  const preconditions = isRecord(body.preconditions) ? body.preconditions : {};
  return {
    dryRun: dryRunOf(dryRun, 'DeleteOptions'),
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
    const message = 'Invalid value: orphanDependents and deletionPropagation cannot be both set';
    throw invalidOptions('DeleteOptions', 'propagationPolicy', message);
  }
  if (orphan !== undefined) return String(orphan) === 'true' ? 'Orphan' : 'Background';
  if (policy === undefined || policy === '') return undefined;
  const known = POLICIES.find(candidate => candidate === policy);
  if (known) return known;
  const message = `Unsupported value: "${policy}": supported values: "Foreground", "Background", "Orphan", "nil"`;
  throw invalidOptions('DeleteOptions', 'propagationPolicy', message);
}
