import { GoError } from '../go-template/function.ts';
import { fromBytes, toBytes } from '../go-template/go-string.ts';
import { quote } from '../go-template/quote.ts';
import { isIpAddress } from './ip-address.ts';

export type UrlPart = 'path' | 'host' | 'zone' | 'userinfo' | 'fragment';

/** A URL in the parts that Go's `net/url` makes; user and password are decoded. */
export interface GoUrl {
  scheme: string;
  opaque: string;
  user: { name: string; password: string | undefined } | undefined;
  host: string;
  path: string;
  query: string;
  fragment: string;
}

const PLAIN: Record<UrlPart, RegExp> = {
  path: /[A-Za-z0-9\-_.~$&+,/:;=@]/,
  host: /[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]/,
  zone: /[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]/,
  userinfo: /[A-Za-z0-9\-_.~$&+,;=]/,
  fragment: /[A-Za-z0-9\-_.~$&+,/:;=?@!()*]/,
};

/** Writes what a part cannot hold as `%41`. */
export function escapePart(text: string, part: UrlPart): string {
  return Array.from(toBytes(text), byte => {
    const character = String.fromCharCode(byte);
    return byte < 0x80 && PLAIN[part].test(character) ? character : `%${hex(byte)}`;
  }).join('');
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}

function unescapePart(text: string, part: UrlPart): string {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; ) {
    const rune = String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (rune === '%') {
      bytes.push(escapedByte(text.slice(at, at + 3), part));
      at += 3;
      continue;
    }
    const strict = part === 'host' || part === 'zone';
    if (strict && rune < '\x80' && !PLAIN[part].test(rune))
      throw new GoError(`invalid character ${quote(rune)} in host name`);
    bytes.push(...toBytes(rune));
    at += rune.length;
  }
  return fromBytes(Uint8Array.from(bytes));
}

function escapedByte(triple: string, part: UrlPart): number {
  const problem = () => new GoError(`invalid URL escape ${quote(triple)}`);
  if (!/^%[0-9a-fA-F]{2}$/.test(triple)) throw problem();
  const byte = Number.parseInt(triple.slice(1), 16);
  if (triple === '%25') return byte;
  if (part === 'host' && byte < 0x80) throw problem();
  if (part === 'zone' && byte !== 0x20 && (byte >= 0x80 || !PLAIN.host.test(String.fromCharCode(byte))))
    throw problem();
  return byte;
}

/** @throws GoError `parse "…": …`, as Go's `url.Parse` */
export function parseUrl(text: string): GoUrl {
  const [before, fragment] = cut(text, '#');
  const url = within(before, () => parseBefore(before));
  if (fragment !== undefined) url.fragment = within(text, () => unescapePart(fragment, 'fragment'));
  return url;
}

function within<T>(url: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    throw new GoError(`parse ${quote(url)}: ${error.message}`);
  }
}

function cut(text: string, mark: string): [before: string, after: string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function parseBefore(text: string): GoUrl {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\0-\x1f\x7f]/.test(text)) throw new GoError('net/url: invalid control character in URL');
  const url: GoUrl = { scheme: '', opaque: '', user: undefined, host: '', path: '', query: '', fragment: '' };
  if (text === '*') return { ...url, path: '*' };
  const [scheme, afterScheme] = splitScheme(text);
  url.scheme = scheme;
  const [rest, query = ''] = cut(afterScheme, '?');
  url.query = query;
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { ...url, opaque: rest };
    if (cut(rest, '/')[0].includes(':')) throw new GoError('first path segment in URL cannot contain colon');
  }
  let path = rest;
  if ((scheme !== '' || !rest.startsWith('///')) && rest.startsWith('//')) {
    const slash = rest.indexOf('/', 2);
    const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash);
    Object.assign(url, parseAuthority(scheme, authority));
    path = slash < 0 ? '' : rest.slice(slash);
  }
  url.path = unescapePart(path, 'path');
  return url;
}

function splitScheme(text: string): [scheme: string, rest: string] {
  if (text.startsWith(':')) throw new GoError('missing protocol scheme');
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text)?.[1];
  return scheme === undefined ? ['', text] : [scheme.toLowerCase(), text.slice(scheme.length + 1)];
}

function parseAuthority(scheme: string, authority: string): Pick<GoUrl, 'user' | 'host'> {
  const at = authority.lastIndexOf('@');
  const host = parseHost(scheme, authority.slice(at + 1));
  return { host, user: at < 0 ? undefined : parseUserinfo(authority.slice(0, at)) };
}

function parseUserinfo(text: string): GoUrl['user'] {
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(text)) throw new GoError('net/url: invalid userinfo');
  const [name, password] = cut(text, ':');
  return {
    name: unescapePart(name, 'userinfo'),
    password: password === undefined ? undefined : unescapePart(password, 'userinfo'),
  };
}

function parseHost(scheme: string, host: string): string {
  const bracket = host.lastIndexOf('[');
  if (bracket > 0) throw new GoError('invalid IP-literal');
  if (bracket === 0) return parseIpLiteral(host);
  const [first, last] = [host.indexOf(':'), host.lastIndexOf(':')];
  if (first >= 0) checkPort(host.slice(/^https?$/.test(scheme) ? first : last));
  return unescapePart(host, 'host');
}

function checkPort(port: string): void {
  if (!/^(:[0-9]*)?$/.test(port)) throw new GoError(`invalid port ${quote(port)} after host`);
}

function parseIpLiteral(host: string): string {
  const end = host.lastIndexOf(']');
  if (end < 0) throw new GoError("missing ']' in host");
  const port = host.slice(end + 1);
  checkPort(port);
  const name = host.slice(1, end);
  const zone = name.indexOf('%25');
  const address =
    zone < 0
      ? unescapePart(name, 'host')
      : unescapePart(name.slice(0, zone), 'host') + unescapePart(name.slice(zone), 'zone');
  if (!isIpAddress(address))
    throw new GoError(`invalid host: ParseAddr(${quote(address)}): unable to parse IP`);
  if (!address.includes(':')) throw new GoError('invalid IP-literal');
  return `[${address}]${port}`;
}

/** The host without port and brackets. */
export function hostname(host: string): string {
  const name = host.replace(/:[0-9]*$/, '');
  return name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name;
}

export function userinfoText(user: GoUrl['user']): string {
  if (!user) return '';
  const name = escapePart(user.name, 'userinfo');
  return user.password === undefined ? name : `${name}:${escapePart(user.password, 'userinfo')}`;
}

/** `URL.String` of a URL put together from parts. */
export function formatUrl(url: GoUrl): string {
  const start = url.scheme === '' ? '' : `${url.scheme}:`;
  const end = (url.query && `?${url.query}`) + (url.fragment && `#${escapePart(url.fragment, 'fragment')}`);
  if (url.opaque !== '') return start + url.opaque + end;
  const path = url.path === '*' ? '*' : escapePart(url.path, 'path');
  const user = url.user ? `${userinfoText(url.user)}@` : '';
  const hasAuthority = url.host !== '' || url.user !== undefined || (url.scheme !== '' && url.path !== '');
  const before = start + (hasAuthority ? `//${user}${escapePart(url.host, 'host')}` : '');
  const slash = path !== '' && !path.startsWith('/') && url.host !== '' ? '/' : '';
  const dot = before + slash === '' && cut(path, '/')[0].includes(':') ? './' : '';
  return before + slash + dot + path + end;
}
