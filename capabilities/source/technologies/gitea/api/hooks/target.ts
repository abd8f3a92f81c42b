import { unprocessable } from '../call.ts';

/**
 * Webhooks call only where the platform's definition allows: anything else would let a team reach what only this
 * machine can (cloud metadata, the API, other teams' services).
 * @throws ApiError 422
 */
export function checkTarget(text: string, allowed: string[]): void {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol))
    throw unprocessable('Invalid url: a webhook calls http:// or https://');
  if (url.username || url.password)
    throw unprocessable('Invalid url: give credentials as authorization_header');
  if (allowed.some(host => matches(url.hostname, host))) return;
  throw unprocessable(
    `webhook to "${url.hostname}": not allowed; the platform’s parameter webhookHosts lists: ${allowed.join(', ')}`,
  );
}

function matches(hostname: string, allowed: string): boolean {
  if (allowed === 'loopback') return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  if (allowed.startsWith('*.')) return hostname.endsWith(allowed.slice(1));
  return hostname === allowed;
}
