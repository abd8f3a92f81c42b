import type { ServerResponse } from 'node:http';
import { messageOf, StatusError } from '@slipway/api';
import { sendJson } from './json-api.ts';

/** gRPC's codes that servers behind grpc-gateway answer with, and the HTTP status of each (google.rpc.Code). */
const CODES = {
  InvalidArgument: [3, 400],
  NotFound: [5, 404],
  AlreadyExists: [6, 409],
  PermissionDenied: [7, 403],
  ResourceExhausted: [8, 429],
  FailedPrecondition: [9, 400],
  Unimplemented: [12, 501],
  Internal: [13, 500],
  Unavailable: [14, 503],
  Unauthenticated: [16, 401],
} as const;

export type GrpcCode = keyof typeof CODES;

/** An error of a service that is gRPC inside; a StatusError serves as well where HTTP's status says enough. */
export class GrpcError extends Error {
  readonly code: GrpcCode;
  constructor(code: GrpcCode, message: string) {
    super(message);
    this.name = 'GrpcError';
    this.code = code;
  }
}

/** What a call failed with; Internal, with nothing of its inside, for what nobody expected. */
export function grpcErrorOf(error: unknown): { code: number; status: number; message: string } {
  if (error instanceof GrpcError) {
    const [code, status] = CODES[error.code];
    return { code, status, message: error.message };
  }
  if (!(error instanceof StatusError)) return { code: 13, status: 500, message: 'internal error' };
  const { status } = error;
  // 422 is what the API server says of a field; behind grpc-gateway that is an argument.
  const found = Object.values(CODES).find(([, known]) => known === (status === 422 ? 400 : status));
  return { code: found?.[0] ?? 13, status, message: messageOf(error) };
}

/** Answers `{code, message}` as grpc-gateway does; `named` adds `error`, as its first generation did. */
export function sendGrpcError(response: ServerResponse, error: unknown, { named = false } = {}): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { code, status, message } = grpcErrorOf(error);
  sendJson(response, { ...(named ? { error: message } : {}), code, message }, status);
}
