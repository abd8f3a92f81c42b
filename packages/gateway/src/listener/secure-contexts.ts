import { createSecureContext, type SecureContext } from 'node:tls';
import type { Certificates } from '../route.ts';

const KEPT = 1000;

/** The TLS context of a server name; undefined when there is no certificate for it. */
export type SecureContexts = (serverName: string) => Promise<SecureContext | undefined>;

/**
 * Keeps one context per name for as long as its certificate stays the same, at most 1000 of them: building one
 * parses PEM, and session tickets live in it. `certificates` is asked on every handshake, so renewals show at once.
 */
export function secureContexts(certificates: Certificates): SecureContexts {
  const kept = new Map<string, { cert: string; context: SecureContext }>();
  return async serverName => {
    const pair = await certificates(serverName);
    if (!pair) {
      kept.delete(serverName);
      return undefined;
    }
    const found = kept.get(serverName);
    kept.delete(serverName);
    const entry =
      found?.cert === pair.cert
        ? found
        : {
            cert: pair.cert,
            context: createSecureContext({ cert: pair.cert, key: pair.key, minVersion: 'TLSv1.2' }),
          };
    kept.set(serverName, entry);
    const oldest = kept.keys().next();
    if (kept.size > KEPT && !oldest.done) kept.delete(oldest.value);
    return entry.context;
  };
}
