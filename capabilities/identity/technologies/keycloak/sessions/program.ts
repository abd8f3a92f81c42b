const SYSTEMS: [RegExp, string][] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh|darwin/, 'Mac OS X'],
  [/Linux|linux/, 'Linux'],
];
/** In this order: browsers name those whose pages they can draw as well. */
const PROGRAMS: [RegExp, string][] = [
  [/Edg\/(\d+)/, 'Edge'],
  [/Firefox\/(\d+)/, 'Firefox'],
  [/(?:Headless)?Chrome\/(\d+)/, 'Chrome'],
  [/Version\/(\d+).*Safari\//, 'Safari'],
  [/slipway\/(\S+)/, 'slipway'],
  [/curl\/(\S+)/, 'curl'],
];

/** Which program and system a `User-Agent` names, in Keycloak's words (`Chrome/120`, `Unknown`). A hint, no proof. */
export function programOf(userAgent: string): { browser: string; os: string } {
  const program = PROGRAMS.flatMap(([pattern, name]) => {
    const version = pattern.exec(userAgent)?.[1];
    return version === undefined ? [] : [`${name}/${version}`];
  })[0];
  const system = SYSTEMS.find(([pattern]) => pattern.test(userAgent))?.[1];
  return { browser: program ?? 'Unknown', os: system ?? 'Other' };
}
