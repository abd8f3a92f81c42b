import { parseIp } from '../../functions/ip-address.ts';
import { quoteRune } from '../../go-template/quote.ts';

/** What is wrong with a text of this format; undefined when nothing is. */
type Check = (text: string) => string | undefined;

const ipv4: Check = text => {
  const groups = text.split('.');
  if (groups.length !== 4) return 'expected four decimals';
  for (const group of groups) {
    if (group.length > 1 && group.startsWith('0')) return 'leading zeros';
    if (!/^[-+]?[0-9]+$/.test(group)) return `strconv.Atoi: parsing "${group}": invalid syntax`;
    if (Number(group) < 0 || Number(group) > 255) return 'decimal must be between 0 and 255';
  }
  return undefined;
};

const ipv6: Check = text => {
  if (!text.includes(':')) return 'missing colon';
  if (text.includes('%')) return 'zone id is not a part of ipv6 address';
  return parseIp(text) ? undefined : `ParseAddr("${text}"): unable to parse IP`;
};

const hostname: Check = text => {
  const name = text.replace(/\.$/, '');
  if (name.length > 253) return 'more than 253 characters long';
  for (const label of name.split('.')) {
    if (label.length < 1 || label.length > 63) return 'label must be 1 to 63 characters long';
    if (label.startsWith('-')) return 'label starts with hyphen';
    if (label.endsWith('-')) return 'label ends with hyphen';
    const strange = /[^a-zA-Z0-9-]/u.exec(label)?.[0];
    if (strange) return invalid(strange);
  }
  return undefined;
};

function invalid(character: string): string {
  return `invalid character ${quoteRune(character.codePointAt(0) ?? 0)}`;
}

const email: Check = text => {
  const at = text.lastIndexOf('@');
  if (text.length > 254) return 'more than 255 characters long';
  if (at < 0) return 'missing @';
  const local = text.slice(0, at);
  if (local.length > 64) return 'local part more than 64 characters long';
  if (!local.startsWith('"')) {
    if (local.startsWith('.')) return 'starts with dot';
    if (local.endsWith('.')) return 'ends with dot';
    if (local.includes('..')) return 'consecutive dots';
    const strange = /[^a-zA-Z0-9.!#$%&'*+\-/=?^_`{|}~]/u.exec(local)?.[0];
    if (strange) return invalid(strange);
  }
  const domain = text.slice(at + 1);
  const address = /^\[(.*)\]$/.exec(domain)?.[1];
  if (address?.startsWith('IPv6:')) return prefixed('invalid ipv6 address', ipv6(address.slice(5)));
  if (address !== undefined) return prefixed('invalid ipv4 address', ipv4(address));
  return prefixed('invalid domain', hostname(domain));
};

function prefixed(what: string, problem: string | undefined): string | undefined {
  return problem === undefined ? undefined : `${what}: ${problem}`;
}

const date: Check = text => {
  const [, year, month, day] = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text) ?? [];
  if (year === undefined) return `parsing time "${text}" as "2006-01-02": cannot parse "${text}" as "2006"`;
  const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (Number(month) < 1 || Number(month) > 12) return `parsing time "${text}": month out of range`;
  return at.getUTCDate() === Number(day) ? undefined : `parsing time "${text}": day out of range`;
};

const time: Check = text => {
  if (text.length < 9) return 'less than 9 characters long';
  if (text[2] !== ':' || text[5] !== ':') return 'missing colon in correct place';
  const [, hour, minute, second, rest = ''] = /^([0-9]{2}):([0-9]{2}):([0-9]{2})(.*)$/.exec(text) ?? [];
  if (hour === undefined) return 'invalid hour/min/sec';
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return 'hour/min/sec out of range';
  if (/^\.(?![0-9])/.test(rest)) return 'no digits in second fraction';
  const offset = rest.replace(/^\.[0-9]+/, '');
  if (offset === 'z' || offset === 'Z') return undefined;
  if (offset.length !== 6) return 'offset must be 6 characters long';
  if (!/^[-+]/.test(offset)) return 'offset must begin with plus/minus';
  if (offset[3] !== ':') return 'missing colon in offset in correct place';
  const [, hours, minutes] = /^.([0-9]{2}):([0-9]{2})$/.exec(offset) ?? [];
  if (hours === undefined) return 'invalid hour/min in offset';
  return Number(hours) > 23 || Number(minutes) > 59 ? 'hour/min in offset out of range' : undefined;
};

const dateTime: Check = text => {
  if (text.length < 20) return 'less than 20 characters long';
  if (!/^[tT]$/.test(text[10] ?? '')) return '11th character must be t or T';
  return (
    prefixed('invalid date element', date(text.slice(0, 10))) ??
    prefixed('invalid time element', time(text.slice(11)))
  );
};

const uuid: Check = text => {
  const groups = text.split('-');
  const lengths = [8, 4, 4, 4, 12];
  if (groups.length !== lengths.length) return 'must have 5 elements';
  for (const [index, group] of groups.entries()) {
    if (group.length !== lengths[index])
      return `element ${index + 1} must be ${lengths[index]} characters long`;
    const strange = /[^0-9a-fA-F]/u.exec(group)?.[0];
    if (strange) return `non-hex character ${quoteRune(strange.codePointAt(0) ?? 0)}`;
  }
  return undefined;
};

const reference: Check = text => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\x00-\x1f\x7f]/.test(text)) return `parse "${text}": net/url: invalid control character in URL`;
  const broken = /%(?![0-9a-fA-F]{2})..?/.exec(text)?.[0];
  if (broken) return `parse "${text}": invalid URL escape "${broken}"`;
  if (/^[^/?#]*:/.test(text) && !/^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(text))
    return `parse "${text}": first path segment in URL cannot contain colon`;
  return undefined;
};

const uri: Check = text =>
  reference(text) ?? (/^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(text) ? undefined : 'relative url');

const jsonPointer: Check = text => {
  if (text !== '' && !text.startsWith('/')) return 'not starting with /';
  return /~(?![01])/.test(text) ? '~ must be followed by 0 or 1' : undefined;
};

const duration: Check = text => {
  if (!text.startsWith('P')) return 'must start with P';
  if (text === 'P') return 'nothing after P';
  if (/^P[0-9]+W$/.test(text)) return undefined;
  if (text.endsWith('T')) return 'no time elements';
  const isOne = /^P([0-9]+Y)?([0-9]+M)?([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+S)?)?$/.test(text);
  return isOne ? undefined : 'invalid unit';
};

const semver: Check = text =>
  /^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-(0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*)?(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?$/.test(
    text,
  )
    ? undefined
    : 'versionCore must have 3 numbers separated by dot';

/** Formats that are asserted; a name that is not among them asserts nothing, there as here. */
export const FORMATS: Readonly<Record<string, Check>> = {
  'json-pointer': jsonPointer,
  'relative-json-pointer': text => {
    const [, digits = '', rest = ''] = /^([0-9]*)(.*)$/s.exec(text) ?? [];
    if (digits === '') return 'must start with non-negative integer';
    if (digits.length > 1 && digits.startsWith('0')) return 'starts with zero';
    return rest === '#' ? undefined : jsonPointer(rest);
  },
  uuid,
  duration,
  period: text => {
    const [start = '', ...rest] = text.split('/');
    if (rest.length === 0) return 'missing slash';
    const end = rest.join('/');
    const first = start.startsWith('P') ? duration(start) : dateTime(start);
    return first ?? (end.startsWith('P') && !start.startsWith('P') ? duration(end) : dateTime(end));
  },
  ipv4,
  ipv6,
  hostname,
  email,
  date,
  time,
  'date-time': dateTime,
  uri,
  iri: uri,
  'uri-reference': text => (text.includes('\\') ? 'contains \\' : reference(text)),
  'iri-reference': text => (text.includes('\\') ? 'contains \\' : reference(text)),
  'uri-template': text => {
    const braces = text.replace(/[^{}]/g, '');
    if (/^(\{\})*$/.test(braces)) return reference(text);
    return /^(\{\})*\{$/.test(braces) ? 'no matching closing brace' : 'nested curly braces';
  },
  semver,
};
