import { STATUS_CODES, type StatusDetails, StatusError, type StatusReason } from '@slipway/api';

/** The StatusError in an answer's body; a body that is no Status (a proxy's page) becomes one by its HTTP status. */
export function statusErrorOf(status: number, body: string): StatusError {
  const parsed = parseStatus(body);
  if (!parsed)
    return new StatusError(reasonOf(status), body.trim().slice(0, 500) || `the server answered ${status}`);
  const code = parsed.code ?? status;
  return new StatusError(
    knownReason(parsed.reason) ?? reasonOf(code),
    parsed.message ?? `status ${code}`,
    parsed.details,
  );
}

interface LooseStatus {
  kind?: string;
  reason?: string;
  message?: string;
  code?: number;
  details?: StatusDetails;
}

function parseStatus(body: string): LooseStatus | undefined {
  try {
    const value = JSON.parse(body) as LooseStatus | null;
    return value?.kind === 'Status' ? value : undefined;
  } catch {
    return undefined;
  }
}

function knownReason(reason: string | undefined): StatusReason | undefined {
  return reason && reason in STATUS_CODES ? (reason as StatusReason) : undefined;
}

/** Preferred reason of an HTTP status; several share one (409, 410), and the general one is taken. */
function reasonOf(status: number): StatusReason {
  if (status === 409) return 'Conflict';
  if (status === 410) return 'Expired';
  const found = Object.entries(STATUS_CODES).find(([, code]) => code === status);
  if (found) return found[0] as StatusReason;
  return status < 500 ? 'BadRequest' : 'InternalError';
}
