// From the outside in: client (the interface), create-client (how it is made over a Transport), then what
// callers build on it: mutate (conflict-safe changes), access (doors' questions), audit (doors' records), impersonate (as someone
// else).
export * from './access.ts';
export * from './audit.ts';
export { type AuditQuery, auditSelector, containing } from './audit-query.ts';
export { type ChainVerdict, checkAudit, type KnownHead } from './check-audit.ts';
export type * from './client.ts';
export { createClient } from './create-client.ts';
export { holdOn, letGo } from './finalizer.ts';
export { type HttpTransportOptions, httpTransport } from './http-transport.ts';
export { actingHeaders, impersonate } from './impersonate.ts';
export { type MutateOptions, mutate, updateStatus } from './mutate.ts';
export { patientTransport } from './patient-transport.ts';
export { auditChain, auditRecords } from './read-audit.ts';
