import type { Route } from '../route.ts';

/** Finds the route of a `Host:` value: exact names first, then the wildcard with the longest suffix, then `*`. */
export interface HostTable {
  find(host: string): Route | undefined;
}

/** Builds the table once per change; a look-up costs one map access for each label of the name. */
export function hostTable(routes: Route[]): HostTable {
  const exact = new Map<string, Route>();
  const wildcards = new Map<string, Route>();
  const any = routes.find(route => route.host === '*');
  for (const route of routes) {
    const host = route.host.toLowerCase();
    const [table, key] = host.startsWith('*.') ? [wildcards, host.slice(1)] : [exact, host];
    if (!table.has(key)) table.set(key, route);
  }
  return {
    find(host) {
      const name = hostName(host);
      const found = exact.get(name);
      if (found || wildcards.size === 0) return found ?? any;
      for (let dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
        const wildcard = wildcards.get(name.slice(dot));
        if (wildcard) return wildcard;
      }
      return any;
    },
  };
}

/** `Host:` without port and trailing dot, in lower case. IPv6 literals keep their brackets. */
export function hostName(host: string): string {
  const end = host.startsWith('[') ? host.indexOf(']') + 1 : host.indexOf(':');
  const name = (end > 0 ? host.slice(0, end) : host).toLowerCase();
  return name.endsWith('.') ? name.slice(0, -1) : name;
}
