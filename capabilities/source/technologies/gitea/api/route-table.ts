import type { Operation } from './call.ts';

/** `['GET', '/repos/:owner/:repo/contents/*path', operation]`; `*` takes the rest, slashes too; `:index` is a number. */
export type ApiRoute = [method: string, path: string, operation: Operation];

export interface Match {
  operation: Operation;
  params: Record<string, string>;
}

interface Compiled {
  method: string;
  pattern: RegExp;
  operation: Operation;
}

/** Finds the first route of a list that fits; `allowed` lists the methods of routes that fit by path only. */
export function routeTable(
  routes: ApiRoute[],
): (method: string, path: string) => Match | { allowed: string[] } {
  const compiled = routes.map(([method, path, operation]) => ({
    method,
    pattern: patternOf(path),
    operation,
  }));
  return (method, path) => {
    const fitting = compiled.filter(route => route.pattern.test(path));
    const found = fitting.find(route => route.method === method);
    return found ? matchOf(found, path) : { allowed: fitting.map(route => route.method) };
  };
}

function matchOf({ pattern, operation }: Compiled, path: string): Match {
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(pattern.exec(path)?.groups ?? {}))
    params[name] = decode(value ?? '');
  return { operation, params };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Parameters that are not any text. */
const SHAPES: Record<string, string> = { index: '\\d+', format: 'diff|patch', base: '(?!\\d+/)[^/]+' };

function parameter(_whole: string, name: string): string {
  return `(?<${name}>${SHAPES[name] ?? '[^/]+'})`;
}

function patternOf(path: string): RegExp {
  const source = path
    .split('/')
    .map(part => {
      if (part.startsWith(':')) return part.replace(/\./g, '\\.').replace(/:(\w+)/g, parameter);
      if (part.startsWith('*')) return `(?<${part.slice(1)}>.+)`;
      return part.replace(/[.+]/g, '\\$&');
    })
    .join('/');
  return new RegExp(`^${source}/?$`);
}
