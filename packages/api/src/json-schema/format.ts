const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDate(text: string): boolean {
  const [, year = '', month = '', day = ''] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  const leap = Number(year) % 4 === 0 && (Number(year) % 100 !== 0 || Number(year) % 400 === 0);
  const last = month === '02' && leap ? 29 : (DAYS[Number(month) - 1] ?? 0);
  return Number(day) >= 1 && Number(day) <= last;
}

function isTime(text: string): boolean {
  return /^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i.test(text);
}

const LABEL = /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

function isHostname(text: string): boolean {
  return text.length <= 253 && text.split('.').every(label => LABEL.test(label));
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every(part => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

const FORMATS: Record<string, (text: string) => boolean> = {
  date: isDate,
  time: isTime,
  'date-time': text => isDate(text.slice(0, 10)) && /^[Tt ]$/.test(text[10] ?? '') && isTime(text.slice(11)),
  email: text => /^[^\s@]{1,64}@[^\s@]{1,253}$/.test(text) && isHostname(text.slice(text.indexOf('@') + 1)),
  hostname: isHostname,
  ipv4: isIpv4,
  ipv6: text => text.includes(':') && URL.canParse(`http://[${text}]/`),
  uri: text => /^[A-Za-z][A-Za-z0-9+.-]*:\S*$/.test(text) && URL.canParse(text),
  'uri-reference': text => !/\s/.test(text) && URL.canParse(text, 'http://a/'),
  uuid: text => /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text),
};

/** Whether a text has a format of JSON Schema. Formats that are not known hold for every text, as draft 7 allows. */
export function isFormat(text: string, format: string): boolean {
  return FORMATS[format]?.(text) ?? true;
}
