import { type Client, recordAction } from '@slipway/client';
import type { RecordAction } from '../../contract.ts';

/** Its name in the audit. */
export const AUDIT_DOOR = 'registry';

/** Tells the platform's audit of images that are pushed and removed; the client is the engine's own. */
export function imageRecorder(client: Client): RecordAction {
  return ({ action, user, repository, reference, digest, outcome, source }) =>
    recordAction(client, {
      actor: user.username,
      door: AUDIT_DOOR,
      verb: action,
      resource: 'images.artifacts.slipway.dev',
      object: [`${repository}:${reference}`, ...(digest ? [digest] : [])].join(' '),
      outcome,
      source,
    });
}
