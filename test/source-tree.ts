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
