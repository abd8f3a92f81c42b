/** The bytes of an IPv4 or IPv6 address as Go's `net.ParseIP` reads it: 4 or 16 of them, or nothing. */
export function parseIp(text: string): Uint8Array | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

/** Whether `netip.ParseAddr` takes it: an IPv6 address may name a zone. */
export function isIpAddress(text: string): boolean {
  const [, address = text, zone] = /^(.*?)%(.*)$/s.exec(text) ?? [];
  if (zone !== undefined && (zone === '' || !address.includes(':'))) return false;
  return parseIp(address) !== undefined;
}

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every(part => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return Uint8Array.from(parts, Number);
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(half => groups(half));
  if (!head || (halves.length === 2 && !tail)) return undefined;
  const given = head.length + (tail?.length ?? 0);
  if (halves.length === 1 ? given !== 16 : given > 14) return undefined;
  return Uint8Array.from([...head, ...Array<number>(16 - given).fill(0), ...(tail ?? [])]);
}

/** Bytes of groups between colons; the last may be an IPv4 address. */
function groups(text: string): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const parts = text.split(':');
  for (const [at, part] of parts.entries()) {
    const ipv4 = at === parts.length - 1 && part.includes('.') ? parseIpv4(part) : undefined;
    if (ipv4) bytes.push(...ipv4);
    else if (/^[0-9a-fA-F]{1,4}$/.test(part))
      bytes.push(Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 255);
    else return undefined;
  }
  return bytes;
}
