/** Whether a text is an IPv6 address, without a zone (RFC 4291, section 2.2). */
export function isIPv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.map(half => (half === '' ? [] : half.split(':')));
  const all = groups.flat();
  const last = all.at(-1);
  const isMixed = last?.includes('.') ?? false;
  if (isMixed && !isIPv4(last ?? '')) return false;
  if (!all.slice(0, isMixed ? -1 : undefined).every(group => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  const count = all.length + (isMixed ? 1 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}

function isIPv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every(part => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256);
}
