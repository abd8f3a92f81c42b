// Names of all sorts and what is wrong with them, in apimachinery's words (util/validation). Each function
// returns the complaints; none when the name is good.

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = String.raw`${LABEL}(\.${LABEL})*`;
const OLD_LABEL = '[a-z]([-a-z0-9]*[a-z0-9])?';
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const VALUE = '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?';

/** DNS-1123 subdomain: most objects' names. */
export function subdomain(name: string): string[] {
  return [
    ...longerThan(name, 253, 'characters'),
    ...unlike(
      name,
      SUBDOMAIN,
      `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${SUBDOMAIN}')`,
    ),
  ];
}

/** DNS-1123 label: containers, ports, namespaces. */
export function label(name: string): string[] {
  return [
    ...longerThan(name, 63, 'characters'),
    ...unlike(
      name,
      LABEL,
      `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${LABEL}')`,
    ),
  ];
}

/** DNS-1035 label: must begin with a letter. */
export function oldLabel(name: string): string[] {
  return [
    ...longerThan(name, 63, 'characters'),
    ...unlike(
      name,
      OLD_LABEL,
      `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '${OLD_LABEL}')`,
    ),
  ];
}

/** A name that stands as one segment in a path: RBAC's objects. */
export function pathSegment(name: string): string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return ['/', '%'].filter(text => name.includes(text)).map(text => `may not contain '${text}'`);
}

/** Key of a label or an annotation: `[prefix/]name`. */
export function qualifiedName(name: string): string[] {
  const parts = name.split('/');
  const last = parts.at(-1) ?? '';
  if (parts.length > 2) {
    return [
      `a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${QUALIFIED}') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const prefix = parts.length === 2 ? (parts[0] ?? '') : undefined;
  const prefixed =
    prefix === ''
      ? ['prefix part must be non-empty']
      : prefix === undefined
        ? []
        : subdomain(prefix).map(text => `prefix part ${text}`);
  return [...prefixed, ...namePart(last)];
}

function namePart(name: string): string[] {
  if (name === '') return ['name part must be non-empty'];
  return [
    ...longerThan(name, 63, 'bytes').map(text => `name part ${text}`),
    ...unlike(
      name,
      QUALIFIED,
      `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${QUALIFIED}')`,
    ),
  ];
}

export function labelValue(value: string): string[] {
  return [
    ...longerThan(value, 63, 'bytes'),
    ...unlike(
      value,
      VALUE,
      `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${VALUE}')`,
    ),
  ];
}

/** Name of a port of a container: at most 15 characters with a letter. */
export function portName(name: string): string[] {
  const complaints: [boolean, string][] = [
    [name.length > 15, 'must be no more than 15 characters'],
    [!/^[-a-z0-9]+$/.test(name), 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)'],
    [!/[a-z]/.test(name), 'must contain at least one letter (a-z)'],
    [name.includes('--'), 'must not contain consecutive hyphens'],
    [name.startsWith('-') || name.endsWith('-'), 'must not begin or end with a hyphen'],
  ];
  return complaints.filter(([wrong]) => wrong).map(([, text]) => text);
}

/** Key of a ConfigMap or a Secret. */
export function configKey(key: string): string[] {
  if (key === '.') return ["must not be '.'"];
  if (key === '..') return ["must not be '..'"];
  if (key.startsWith('..')) return ["must not start with '..'"];
  return [
    ...longerThan(key, 253, 'characters'),
    ...unlike(
      key,
      '[-._a-zA-Z0-9]+',
      `a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')`,
    ),
  ];
}

export function variableName(name: string): string[] {
  if (/^[\x20-\x3c\x3e-\x7e]+$/.test(name)) return [];
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

/** A host, perhaps with `*.` before it. */
export function wildcardHost(host: string): string[] {
  const pattern = String.raw`\*\.${SUBDOMAIN}`;
  return unlike(
    host,
    pattern,
    `a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '${pattern}')`,
  );
}

function unlike(text: string, pattern: string, complaint: string): string[] {
  return new RegExp(`^(?:${pattern})$`).test(text) ? [] : [complaint];
}

function longerThan(text: string, most: number, unit: string): string[] {
  return text.length > most ? [`must be no more than ${most} ${unit}`] : [];
}
