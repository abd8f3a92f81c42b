import { connect, type SecureVersion } from 'node:tls';
import type { Clock } from '@slipway/api';
import { bad, type Check, ok, warn } from './check.ts';
import type { Door } from './doors.ts';

const OLD: SecureVersion[] = ['TLSv1', 'TLSv1.1'];
const PRESENT: SecureVersion[] = ['TLSv1.2', 'TLSv1.3'];
const DAY_MS = 86_400_000;
const SOON_DAYS = 14;

/** Which versions of TLS a listener agrees to, each tried with a connection of its own. */
export function tlsVersions(name: string, door: Door): Check {
  return {
    check: `tls-${name}`,
    what: `the ${name} listener speaks TLS 1.2 and later only`,
    how: 'one handshake for each version',
    look: async () => {
      const [old, present] = await Promise.all([agreed(door, OLD), agreed(door, PRESENT)]);
      if (old.length > 0) return bad(`agrees to ${old.join(', ')}`, 'report it: no option allows these');
      if (present.length === 0) return bad('agrees to no version', 'see what the platform’s log says');
      return ok(present.join(', '));
    },
  };
}

/** How long a listener's certificate is still good. */
export function certificateLife(name: string, door: Door, clock: Clock): Check {
  return {
    check: `certificate-${name}`,
    what: `the ${name} listener’s certificate is trusted and good for more than ${SOON_DAYS} days`,
    how: 'a handshake that trusts the platform’s authority alone',
    look: async () => {
      const until = await certificateEnd(door);
      const days = Math.floor((Date.parse(until) - clock.now()) / DAY_MS);
      if (days < 0) return bad(`ended ${until}`, 'restart the platform: it issues a new one');
      if (days < SOON_DAYS)
        return warn(`ends in ${days} days`, 'it renews itself; see the log if it does not');
      return ok(`good for ${days} days`);
    },
  };
}

async function agreed(door: Door, versions: SecureVersion[]): Promise<SecureVersion[]> {
  const tried = await Promise.all(
    versions.map(version =>
      handshake(
        door,
        { minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' },
        () => version,
      ).catch(() => undefined),
    ),
  );
  return tried.filter(version => version !== undefined);
}

function certificateEnd(door: Door): Promise<string> {
  return handshake(door, {}, socket => new Date(socket.getPeerCertificate().valid_to).toISOString());
}

function handshake<T>(
  { host, port, ca }: Door,
  options: { minVersion?: SecureVersion; maxVersion?: SecureVersion; ciphers?: string },
  read: (socket: ReturnType<typeof connect>) => T,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, servername: host, ca, ...options });
    socket.setTimeout(5_000, () => socket.destroy(new Error(`${host}: no handshake in 5 s`)));
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      const value = read(socket);
      socket.destroy();
      resolve(value);
    });
  });
}
