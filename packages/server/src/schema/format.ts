import { isIPv4, isIPv6 } from 'node:net';

const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;
const DURATION =
  /^[-+]?(\d+(\.\d*)?|\.\d+)?\s*(ns|us|µs|ms|s|m|h|d|w|nanoseconds?|microseconds?|milliseconds?|seconds?|minutes?|hours?|days?|weeks?)(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))*$/;

/** Formats that CRDs may name for strings (apiextensions' supported formats); others are not checked. */
const FORMATS: Record<string, (text: string) => boolean> = {
  bsonobjectid: text => /^[0-9a-f]{24}$/i.test(text),
  byte: text => text !== '' && /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0,
  cidr: isCidr,
  date: text => DATE.test(text) && !Number.isNaN(Date.parse(text)),
  'date-time': text => DATE_TIME.test(text) && !Number.isNaN(Date.parse(text)),
  duration: text => text === '0' || DURATION.test(text),
  email: text => /^[^\s@<>]+@[^\s@<>]+$/.test(text),
  hostname: text =>
    text.length <= 253 &&
    /^([a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?)(\.[a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?)*$/.test(
      text,
    ),
  ipv4: text => isIPv4(text),
  ipv6: text => isIPv6(text),
  mac: text => /^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(text),
  uri: isUri,
  uuid: text => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text),
  uuid3: text => /^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text),
  uuid4: text => /^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i.test(text),
  uuid5: text => /^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i.test(text),
};

function isCidr(text: string): boolean {
  const [address = '', bits = ''] = text.split('/');
  if (!/^\d{1,3}$/.test(bits)) return false;
  return (isIPv4(address) && Number(bits) <= 32) || (isIPv6(address) && Number(bits) <= 128);
}

/** Go's ParseRequestURI: absolute, or a path. */
function isUri(text: string): boolean {
  return text.startsWith('/') || /^[a-zA-Z][a-zA-Z0-9+.-]*:.+/.test(text);
}

/** False when a text is not of a format that is checked. */
export function isOfFormat(text: string, format: string): boolean {
  return FORMATS[format]?.(text) ?? true;
}
