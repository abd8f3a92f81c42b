import type { Listener } from '../table/upstream.ts';

/** Whether the platform's one listener can stand for this one. */
export function listenerProblem(
  listener: Listener,
  world: { ports: ReadonlySet<number> },
): { reason: string; message: string } | undefined {
  if (listener.protocol !== 'HTTPS' && listener.protocol !== 'HTTP') {
    return {
      reason: 'UnsupportedProtocol',
      message: `protocol: "${listener.protocol}" is not supported; HTTP and HTTPS are`,
    };
  }
  if (listener.protocol === 'HTTPS' && (listener.tls?.mode ?? 'Terminate') !== 'Terminate') {
    return {
      reason: 'UnsupportedProtocol',
      message: `tls.mode: "${listener.tls?.mode}" is not supported; Terminate is`,
    };
  }
  if (!world.ports.has(listener.port)) {
    const known = [...world.ports].join(', ');
    return { reason: 'PortUnavailable', message: `port: ${listener.port} is not served here; ${known} are` };
  }
  return undefined;
}

export function isListenerAccepted(listener: Listener, world: { ports: ReadonlySet<number> }): boolean {
  return listenerProblem(listener, world) === undefined;
}
