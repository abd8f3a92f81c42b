export interface GatewayLimits {
  handshakeTimeoutMs: number;
  /** From the first byte of a request to the end of its headers. */
  headersTimeoutMs: number;
  /** Longest pause while a request's body arrives. */
  bodyStallMs: number;
  keepAliveMs: number;
  maxHeaderBytes: number;
  maxConnections: number;
}

export const LIMITS: GatewayLimits = {
  handshakeTimeoutMs: 10_000,
  headersTimeoutMs: 15_000,
  bodyStallMs: 60_000,
  keepAliveMs: 75_000,
  maxHeaderBytes: 32 * 1024,
  maxConnections: 10_000,
};
