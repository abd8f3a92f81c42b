import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '@slipway/api';

const NAME = '__Host-slipway-ticket';
const LIFE_MS = 10 * 60 * 1000;

/** A cookie that says "this browser has just proven to be this person"; the next sign-in page takes it as that. */
export interface Tickets {
  give(response: ServerResponse, personId: string): void;
  /** Whose ticket the request carries; undefined: none that is valid. */
  read(request: IncomingMessage): string | undefined;
  clear(response: ServerResponse): void;
}

export function createTickets(key: Uint8Array, clock: Clock): Tickets {
  const sign = (text: string) => createHmac('sha256', key).update(text).digest('base64url');
  const set = (response: ServerResponse, value: string, seconds: number) =>
    response.appendHeader(
      'set-cookie',
      `${NAME}=${value}; Path=/; Max-Age=${seconds}; Secure; HttpOnly; SameSite=Lax`,
    );
  return {
    give(response, personId) {
      const text = `${personId}.${clock.now() + LIFE_MS}`;
      set(response, `${text}.${sign(text)}`, LIFE_MS / 1000);
    },
    read(request) {
      const cookies = request.headers.cookie?.split(/;\s*/) ?? [];
      const value = cookies.find(cookie => cookie.startsWith(`${NAME}=`))?.slice(NAME.length + 1);
      const [personId, until, signature] = value?.split('.') ?? [];
      if (!personId || !until || !signature || Number(until) <= clock.now()) return undefined;
      const expected = Buffer.from(sign(`${personId}.${until}`));
      const actual = Buffer.from(signature);
      return actual.length === expected.length && timingSafeEqual(actual, expected) ? personId : undefined;
    },
    clear: response => set(response, '', 0),
  };
}
