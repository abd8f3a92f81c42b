import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root, without a slash at the end. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

export interface SourceFile {
  /** Relative to the root, with `/`. */
  path: string;
  text: string;
  lines: string[];
  isTest: boolean;
  /** Module specifiers of run-time imports (types left out). */
  imports: string[];
  /** All module specifiers, types included. */
  allImports: string[];
}

const SKIPPED = new Set([
  'node_modules',
  'dist',
  'testdata',
  'templates',
  '.git',
  'screenshots',
  'bench-results',
]);

const INSTALLED_OR_BUILT = new Set(['node_modules', 'dist', '.git', 'screenshots', 'bench-results']);

/** Paths of every file below a folder, relative to the root; fixtures and dependencies are left out. */
export function paths(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
    if (SKIPPED.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? paths(path) : [relative(root, join(root, path))];
  });
}

/** Paths of every file of the project, test data and templates too; only what is installed or built is left out. */
export function everyPath(folder = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
    if (INSTALLED_OR_BUILT.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return everyPath(path);
    return entry.isFile() ? [path] : [];
  });
}

/** Every TypeScript file of the product and its tests. */
export function sourceFiles(): SourceFile[] {
  return ['packages', 'capabilities', 'apps', 'test', 'bench']
    .flatMap(folder => existing(folder))
    .filter(path => /\.tsx?$/.test(path))
    .map(read);
}

function existing(folder: string): string[] {
  return readdirSync(root).includes(folder) ? paths(folder) : [];
}

function read(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  const statements = [...text.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from\s+'([^']+)'/gm)];
  const dynamic = [...text.matchAll(/\bimport\('([^']+)'\)/g)].map(match => match[1] ?? '');
  const bare = [...text.matchAll(/^import\s+'([^']+)'/gm)].map(match => match[1] ?? '');
  const runtime = statements.filter(match => !match[1]).map(match => match[2] ?? '');
  return {
    path,
    text,
    lines: text.split('\n'),
    isTest:
      /\.test\.tsx?$/.test(path) ||
      /(^|\/)(test|bench|testing|conformance)\//.test(path) ||
      /(^|\/|\.)(testbed|fixture|conformance|bench)\.ts$/.test(path),
    imports: [...runtime, ...bare, ...dynamic],
    allImports: [...statements.map(match => match[2] ?? ''), ...bare, ...dynamic],
  };
}

/** Lengths of functions, found by the formatter's indentation: from the line that opens to the one that closes. */
export function functionLengths(file: SourceFile): { name: string; line: number; length: number }[] {
  const opening =
    /^(\s*)(?:export )?(?:default )?(?:private |public |static |readonly |override |#)*(?:async )?(?:function\*? ?(\w+)|(?:const (\w+) = (?:async )?(?:\([^=]*\)|\w+)(?::[^=]+)? =>)|(\w+)\([^;]*\)(?:: [^;{]+)?) ?.*\{$/;
  const keywords = new Set([
    'if',
    'for',
    'while',
    'switch',
    'catch',
    'test',
    'describe',
    'it',
    'suite',
    'before',
    'after',
  ]);
  return file.lines.flatMap((text, index) => {
    const match = opening.exec(text);
    const name = match?.[2] ?? match?.[3] ?? match?.[4];
    if (!match || !name || keywords.has(name)) return [];
    const end = file.lines.findIndex((line, at) => at > index && line.startsWith(`${match[1]}}`));
    return end < 0 ? [] : [{ name, line: index + 1, length: end - index + 1 }];
  });
}
