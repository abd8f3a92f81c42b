import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Clock, Random } from '@slipway/api';

/**
 * A cookie that only we can read or make: AES-256-GCM over JSON with its own end of life inside. `__Host-` keeps it to
 * this very host, over TLS (RFC 6265bis, 4.1.3.2).
 */
export interface SealedCookie<T> {
  read(request: CookieBearer): T | undefined;
  write(value: T, lifeMs: number): string;
  /** The header that removes it. */
  readonly cleared: string;
}

export function sealedCookie<T extends object>(options: {
  /** Starts with `__Host-`. */
  name: string;
  /** 32 bytes. */
  key: Uint8Array;
  clock: Clock;
  random: Random;
}): SealedCookie<T> {
  const { name, key, clock, random } = options;
  const attributes = 'Path=/; Secure; HttpOnly; SameSite=Lax';
  return {
    cleared: `${name}=; Max-Age=0; ${attributes}`,
    read(request) {
      const value = cookieOf(request, name);
      const text = value && open(key, name, value);
      if (!text) return undefined;
      const { until, ...rest } = JSON.parse(text) as T & { until: number };
      return until > clock.now() ? (rest as T) : undefined;
    },
    write(value, lifeMs) {
      const text = JSON.stringify({ ...value, until: clock.now() + lifeMs });
      return `${name}=${seal(key, name, text, random)}; Max-Age=${Math.floor(lifeMs / 1000)}; ${attributes}`;
    },
  };
}

/** A request, of which only the cookies are read. */
export interface CookieBearer {
  headers: { cookie?: string | undefined };
}

/** The value of a request's cookie. */
export function cookieOf(request: CookieBearer, name: string): string | undefined {
  for (const part of request.headers.cookie?.split(';') ?? []) {
    const cookie = part.trim();
    if (cookie.startsWith(`${name}=`)) return cookie.slice(name.length + 1);
  }
  return undefined;
}

function seal(key: Uint8Array, name: string, text: string, random: Random): string {
  const nonce = random.bytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name));
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), data]).toString('base64url');
}

function open(key: Uint8Array, name: string, value: string): string | undefined {
  const sealed = Buffer.from(value, 'base64url');
  if (sealed.length < 28) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 });
  decipher.setAAD(Buffer.from(name)).setAuthTag(sealed.subarray(12, 28));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
