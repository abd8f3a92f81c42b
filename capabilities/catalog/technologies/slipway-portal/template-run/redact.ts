const HIDDEN = '***';
/** Shorter ones stand in too many texts by chance; to hide them would only point at them. */
const SHORTEST = 3;

/** The same value with every secret in it hidden. */
export function redacted<T>(value: T, secrets: string[]): T {
  const hidden = secrets.filter(secret => secret.length >= SHORTEST).sort((a, b) => b.length - a.length);
  return hidden.length === 0 ? value : (hide(value, hidden) as T);
}

function hide(value: unknown, secrets: string[]): unknown {
  if (typeof value === 'string')
    return secrets.reduce((text, secret) => text.replaceAll(secret, HIDDEN), value);
  if (Array.isArray(value)) return value.map(item => hide(item, secrets));
  if (!value || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hide(item, secrets)]));
}
