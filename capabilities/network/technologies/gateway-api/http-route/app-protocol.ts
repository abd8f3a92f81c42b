import type { ServicePort } from '@slipway/kinds';

/** What we speak with backends: HTTP/1.1 without TLS, upgrades to WebSocket among it (GEP-1911). */
const SPOKEN = ['', 'http', 'tcp', 'kubernetes.io/ws'];

/** Why a port cannot be a backend; undefined where it can. */
export function unsupportedProtocol({ port, appProtocol = '' }: ServicePort): string | undefined {
  if (SPOKEN.includes(appProtocol.toLowerCase())) return undefined;
  return `port ${port}: appProtocol "${appProtocol}" is not supported; backends are spoken to in HTTP/1.1 without TLS`;
}
