// In the order of a write: http (a request's steps), store (what lasts), audit (what is remembered), watch (who
// hears of it). schema, patch, apply, crd, discovery, openapi, table, defaults: what kinds are. authn, authz,
// admission: who may.

export { admitterAdmission, recordCreator, recordSpecAuthor } from './admission/index.ts';
export type { Audit, AuditEntry, AuditFilter, AuditRecord, AuditVerdict } from './audit/audit.ts';
export {
  type AccessControl,
  type AccessControlOptions,
  type BootstrapOptions,
  createAccessControl,
  ensureBootstrap,
} from './authz/index.ts';
export type { Listening, ListenOptions } from './http/listen.ts';
export type {
  Admission,
  AdmissionCall,
  Attributes,
  Authorize,
  Decision,
  VirtualCall,
  VirtualResource,
} from './http/seams.ts';
export { createRegistry, type Registry } from './schema/index.ts';
export { type Access, type ApiServer, type ApiServerOptions, createApiServer } from './server.ts';
export { type DataFolder, FORMAT, openDataFolder } from './store/data-folder.ts';
export { commandKeys } from './store/keys/command-keys.ts';
export { openKeyFile, rotateKeyFile } from './store/keys/key-file.ts';
export { passphraseKeys } from './store/keys/passphrase-keys.ts';
export { secretKeys } from './store/keys/secret-keys.ts';
export { openStore, type StoreOptions } from './store/open-store.ts';
export type { Entry, Snapshot, Store, StoreEvent, StoreReader } from './store/store.ts';
