import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One kustomization with what kustomize makes of it. */
export interface Case {
  topic: string;
  because: string;
  /** Folder that is built, and the flags it is built with. */
  build: string;
  flags: string[];
  files: Record<string, string>;
  stdout: string;
  stderr: string;
}

const CASES = fileURLToPath(new URL('./testdata', import.meta.url));

/**
 * The cases of one file: `=== folder --flag: because` starts one, `@@ path` a file of it, `@@ >` and `@@ !` what kustomize
 * wrote to its two outputs. Files before the first case are part of all.
 */
function parseCases(topic: string, text: string): Case[] {
  const [shared = '', ...parts] = text.split(/^=== /m);
  return parts.map(part => {
    const [, command = '', because = ''] = /^(.*?): (.*)\n/.exec(part) ?? [];
    const [build = '', ...flags] = command.split(' ');
    const { '>': stdout = '', '!': stderr = '', ...files } = filesOf(part);
    return { topic, because, build, flags, files: { ...filesOf(shared), ...files }, stdout, stderr };
  });
}

function filesOf(text: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const part of text.split(/^@@ /m).slice(1)) {
    const end = part.indexOf('\n');
    files[part.slice(0, end)] = part.slice(end + 1);
  }
  return files;
}

export function allCases(): Case[] {
  return readdirSync(CASES)
    .filter(name => name.endsWith('.cases'))
    .sort()
    .flatMap(name => parseCases(name.replace('.cases', ''), readFileSync(`${CASES}/${name}`, 'utf8')));
}
