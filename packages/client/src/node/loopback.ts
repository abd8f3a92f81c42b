import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';

type Callback = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

/**
 * A `lookup` for sockets that takes `localhost` and every `*.localhost` to loopback (RFC 6761, 6.3);
 * Node asks the system's resolver, which knows only the first.
 */
export function lookupLoopback(hostname: string, options: LookupOptions, callback: Callback): void {
  const local = hostname === 'localhost' || hostname.endsWith('.localhost');
  if (!local) lookup(hostname, options, callback);
  if (local && options.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  if (local && !options.all) callback(null, '127.0.0.1', 4);
}
