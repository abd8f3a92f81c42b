import type { Kind, KubeObject } from '@slipway/api';
import { definitionOf, object, text } from '../custom-resource.ts';

/** Right that lets an engine's account write in a door's name: verb `append`, with the door as `resourceNames`. */
export const AUDIT_DOORS = 'doors';
export const AUDIT_GROUP = 'audit.slipway.dev';

/**
 * What somebody did. The audit is read as a list of these, newest first; an engine that creates one appends what was
 * done at its door (Git, registry, sign-in). They are no objects of the store: nobody can change or remove one.
 */
export interface AuditRecord extends KubeObject {
  spec: {
    /** Whoever did it, under the name that the API knows them by. */
    actor: string;
    /** `git`, `registry`, `sign-in`, … */
    door: string;
    verb: string;
    /** Resource whose right was needed: `repositories.source.slipway.dev`. */
    resource: string;
    /** What it was done to, in the door's words; never a secret. */
    object: string;
    outcome: 'allowed' | 'denied' | 'failed';
    /** Address of the other side. */
    source: string;
  };
  /** With the spec, everything that the hash covers; `checkAudit` of the client checks it. */
  status?: {
    sequence: number;
    time: string;
    generation?: number;
    resourceVersion?: number;
    previousHash: string;
    hash: string;
  };
}
export const AuditRecord: Kind<AuditRecord> = {
  group: AUDIT_GROUP,
  version: 'v1alpha1',
  kind: 'AuditRecord',
  plural: 'auditrecords',
  namespaced: false,
};
const name = { ...text, minLength: 1, maxLength: 253 };
const long = { ...text, minLength: 1, maxLength: 2048 };
const FIELDS = ['actor', 'door', 'verb', 'resource', 'object', 'outcome', 'source'];
export const auditRecordDefinition = definitionOf(AuditRecord, {
  spec: object(
    {
      actor: { ...long, maxLength: 1024 },
      door: name,
      verb: name,
      resource: name,
      object: long,
      outcome: { ...text, enum: ['allowed', 'denied', 'failed'] },
      source: name,
    },
    FIELDS,
  ),
});

/** Rules of an engine that writes to the audit in the name of these doors. */
export function auditRules(...doors: string[]) {
  return [
    { apiGroups: [AUDIT_GROUP], resources: [AuditRecord.plural], verbs: ['create'] },
    { apiGroups: [AUDIT_GROUP], resources: [AUDIT_DOORS], resourceNames: doors, verbs: ['append'] },
  ];
}
