/**
 * Where a link of somebody else's text may lead: to the web, to mail, or where `linkOf` says for a relative one.
 * Undefined: nowhere, as any other scheme (`javascript:`, `data:`).
 */
export function safeTarget(href: string, linkOf: (target: string) => string | undefined): string | undefined {
  if (/^(https?:\/\/|mailto:)/i.test(href)) return href;
  return /^[a-z][a-z0-9+.-]*:|^[/\\]{2}|^\\/i.test(href.trim()) ? undefined : linkOf(href);
}

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: '\u00a0', copy: '©' };

/** Character references, which Markdown takes over from HTML, as the characters they stand for. */
export function written(text: string): string {
  return text.replace(/&(?:#(\d{1,6})|#x([0-9a-f]{1,5})|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (name) return NAMED[name] ?? whole;
    const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
