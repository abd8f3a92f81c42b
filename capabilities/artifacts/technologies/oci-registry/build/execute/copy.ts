import { posix } from 'node:path';
import { type Instruction, refuse } from '../dockerfile/parse.ts';
import { expand, expandWords } from '../dockerfile/words.ts';
import type { CopyInput, CopySources, Selected } from './copy-worker.ts';
import type { BuildEnvironment, BuildSources } from './environment.ts';
import { addLayer } from './layer-steps.ts';
import { keyOf, type StageState, variablesOf } from './state.ts';
import { lookUpUser } from './users.ts';

const COPY_TIMEOUT_MS = 10 * 60_000;
const module = new URL('./copy-worker.ts', import.meta.url);

/** Resolves `--from`: folders with the files, and what names their content. */
export type SourceOf = (name: string, line: number) => Promise<{ roots: string[]; key?: string }>;

/** COPY, and ADD of local files. */
export async function copyStep(
  build: BuildEnvironment,
  state: StageState,
  call: { instruction: Instruction; sources: BuildSources; from: SourceOf },
): Promise<void> {
  const { instruction } = call;
  const { line, keyword, text } = instruction;
  const flags = new Map(
    instruction.flags.map(([name, value]) => [name, expand(value, variablesOf(state), line)]),
  );
  const words =
    instruction.json?.map(word => expand(word, variablesOf(state), line)) ??
    expandWords(text, variablesOf(state), line);
  const destination = words.pop();
  if (destination === undefined || words.length === 0)
    throw refuse(line, `${keyword} needs a source and a destination`);
  if (keyword === 'ADD') for (const word of words) checkAdd(word, line);
  const selected = await sourcesOf(instruction, words, call, flags.get('from'));
  const input = selected.sources;
  const hash =
    selected.key ??
    (
      await build.pool
        .run<Selected>({ module, task: 'hashSources', input, timeoutMs: COPY_TIMEOUT_MS })
        .catch(named(line))
    ).hash;
  const target = absolute(destination, state);
  const owner = flags.get('chown');
  const chmod = flags.get('chmod');
  if (chmod !== undefined && !/^[0-7]{3,4}$/.test(chmod))
    throw refuse(line, `--chmod=${chmod}: must be octal, as 755`);
  await addLayer(build, state, {
    key: keyOf('copy', hash, words.join('\0'), target, owner ?? '', chmod ?? ''),
    title: `${keyword} ${instruction.flags.map(([name, value]) => `--${name}=${value} `).join('')}${text}`,
    make: async (upper, lowers) => {
      const copy: CopyInput = {
        ...input,
        upper,
        lowers,
        destination: target,
        ...(chmod === undefined ? {} : { chmod: Number.parseInt(chmod, 8) }),
      };
      const created = await build.pool
        .run<string[]>({ module, task: 'copySources', input: copy, timeoutMs: COPY_TIMEOUT_MS })
        .catch(named(line));
      if (owner === undefined) return { content: 'layer' };
      const ids = await lookUpUser(build, lowers, owner, line);
      return { content: 'layer', ownersOf: Object.fromEntries(created.map(path => [path, ids])) };
    },
  });
}

async function sourcesOf(
  { heredocs, line }: Instruction,
  words: string[],
  { sources, from }: { sources: BuildSources; from: SourceOf },
  name: string | undefined,
): Promise<{ sources: CopySources; key?: string }> {
  const inline = heredocs.map(({ name: file, content }) => ({ name: file, content }));
  const patterns = words.filter(word => !word.startsWith('<<'));
  if (name === undefined) {
    return {
      sources: { roots: [sources.folder], patterns, ignore: sources.ignore, inline, plainModes: true },
    };
  }
  const folder = sources.named[name];
  if (folder !== undefined)
    return { sources: { roots: [folder], patterns, ignore: '', inline, plainModes: true } };
  const { roots, key } = await from(name, line);
  return {
    sources: { roots, patterns, ignore: '', inline, plainModes: false },
    ...(key === undefined ? {} : { key }),
  };
}

function checkAdd(word: string, line: number): void {
  if (/^[a-z]+:\/\/|^git@/.test(word)) {
    throw refuse(line, `ADD ${word}: builds fetch nothing from elsewhere; put the file into the repository`);
  }
  if (/\.(tar|tgz|tar\.(gz|bz2|xz|zst))$/.test(word)) {
    throw refuse(line, `ADD ${word}: unpacking archives is not supported; use COPY and RUN tar`);
  }
}

/** The destination keeps its trailing slash, which means "a folder". */
function absolute(destination: string, { config }: StageState): string {
  const path = posix.resolve(config.WorkingDir || '/', destination);
  const isFolder = destination.endsWith('/') || destination === '.' || destination.endsWith('/.');
  return isFolder && path !== '/' ? `${path}/` : path;
}

/** Errors of the worker name the line, too. */
function named(line: number): (error: unknown) => never {
  return error => {
    throw refuse(line, error instanceof Error ? error.message : String(error));
  };
}
