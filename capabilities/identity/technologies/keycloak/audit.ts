import { type Log, messageOf, StatusError } from '@slipway/api';
import { type AuditedAction, type Client, recordAction } from '@slipway/client';

/** Its name in the audit. */
export const AUDIT_DOOR = 'sign-in';
/** Whoever is not known yet, in Kubernetes' word. */
export const NOBODY = 'system:anonymous';

/** What somebody did here. `object` says to or with what: a client, a way to sign in. Never what a person typed. */
export type SignInEvent = Pick<AuditedAction, 'actor' | 'verb' | 'object' | 'outcome'> & {
  /** Address of the other side; absent: the engine itself. */
  source?: string | undefined;
};

export interface SignInAudit {
  /** Before it takes effect. @throws StatusError ServiceUnavailable: it must not take effect then */
  record(event: SignInEvent): Promise<void>;
  /** For what stands whether or not it can be told: refusals, and everything that only takes rights away. */
  tell(event: SignInEvent): Promise<void>;
}

/** The audit of sign-ins; the client is the engine's own. */
export function signInAudit(client: Client, log: Log): SignInAudit {
  const append = ({ source, ...event }: SignInEvent) =>
    recordAction(client, {
      ...event,
      door: AUDIT_DOOR,
      resource: 'users.identity.slipway.dev',
      source: source ?? 'in-process',
    });
  return {
    record: event =>
      append(event).catch(error => {
        log.error('sign-in refused: it cannot be recorded', { error: messageOf(error) });
        const message = `${event.verb}: it cannot be recorded in the audit; try again in a moment`;
        throw new StatusError('ServiceUnavailable', message);
      }),
    tell: event =>
      append(event).catch(error =>
        log.error('not recorded in the audit', { verb: event.verb, error: messageOf(error) }),
      ),
  };
}
