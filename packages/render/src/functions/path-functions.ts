import { type FunctionTable, goFunction } from '../go-template/function.ts';

/** `path.Clean`: the shortest equal path. */
export function cleanPath(path: string): string {
  const rooted = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (!rooted) parts.push(part);
  }
  const clean = parts.join('/');
  if (rooted) return `/${clean}`;
  return clean === '' ? '.' : clean;
}

function base(path: string): string {
  if (path === '') return '.';
  const name = path.replace(/\/+$/, '').split('/').at(-1);
  return name === undefined || name === '' ? '/' : name;
}

function extension(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot);
}

const PATH = { in: ['string'], out: 'string' } as const;

const functions: FunctionTable = {
  base: goFunction(PATH, base),
  dir: goFunction(PATH, path => cleanPath(path.slice(0, path.lastIndexOf('/') + 1))),
  clean: goFunction(PATH, cleanPath),
  ext: goFunction(PATH, extension),
  isAbs: goFunction({ in: ['string'], out: 'bool' }, path => path.startsWith('/')),
};

/** Paths with slashes; those of the operating system (`osBase` …) are the same here, as in Helm on Linux. */
export const pathFunctions: FunctionTable = {
  ...functions,
  ...Object.fromEntries(
    Object.entries(functions).map(([name, fn]) => [`os${name.charAt(0).toUpperCase()}${name.slice(1)}`, fn]),
  ),
};
