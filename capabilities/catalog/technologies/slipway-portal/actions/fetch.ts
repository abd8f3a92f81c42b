import { chmod, copyFile, lstat, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SlipwayError } from '@slipway/api';
import { type FileRenderer, fileRenderer } from '../template-run/render.ts';
import type { Action, ActionContext } from './action.ts';
import { inWorkspace, matchesGlob } from './paths.ts';
import { sourceFolder } from './source-folder.ts';

const MOST_FILES = 5_000;
const MOST_FILE_BYTES = 10 * 1024 * 1024;

const URL_INPUT = { url: { type: 'string' }, targetPath: { type: 'string' } };

/** Copies a folder as it is. */
export const fetchPlain: Action = {
  id: 'fetch:plain',
  description: 'Copies files into the workspace as they are.',
  local: true,
  input: { type: 'object', required: ['url'], properties: URL_INPUT },
  run: async context => {
    const { url, targetPath } = context.input;
    const source = await sourceFolder(context, String(url));
    const target = inWorkspace(context.workspace, targetPath ?? './', 'targetPath');
    for (const file of await filesOf(source))
      await copy(join(source, file), inWorkspace(target, file, 'file'), file);
    context.log(`copied ${String(url)}`);
  },
};

/** Copies one file as it is. */
export const fetchPlainFile: Action = {
  id: 'fetch:plain:file',
  description: 'Copies one file into the workspace as it is.',
  local: true,
  input: { type: 'object', required: ['url', 'targetPath'], properties: URL_INPUT },
  run: async context => {
    const { url, targetPath } = context.input;
    const text = String(url);
    const slash = text.lastIndexOf('/');
    const folder = await sourceFolder(context, slash < 0 ? './' : text.slice(0, slash + 1));
    await copy(
      join(folder, text.slice(slash + 1)),
      inWorkspace(context.workspace, targetPath, 'targetPath'),
      text,
    );
    context.log(`copied ${text}`);
  },
};

interface TemplateInput {
  url: string;
  targetPath?: string;
  values?: Record<string, unknown>;
  copyWithoutRender?: string[];
  copyWithoutTemplating?: string[];
  templateFileExtension?: boolean | string;
  cookiecutterCompat?: boolean;
  replace?: boolean;
  trimBlocks?: boolean;
  lstripBlocks?: boolean;
}

/** Copies a skeleton, with Nunjucks in file names and contents. */
export const fetchTemplate: Action = {
  id: 'fetch:template',
  description: 'Copies a skeleton into the workspace and fills in its variables.',
  local: true,
  input: {
    type: 'object',
    required: ['url'],
    properties: {
      ...URL_INPUT,
      values: { type: 'object' },
      copyWithoutRender: { type: 'array', items: { type: 'string' } },
      copyWithoutTemplating: { type: 'array', items: { type: 'string' } },
      templateFileExtension: { type: ['boolean', 'string'] },
      cookiecutterCompat: { type: 'boolean' },
      replace: { type: 'boolean' },
      trimBlocks: { type: 'boolean' },
      lstripBlocks: { type: 'boolean' },
    },
  },
  run: async context => {
    const input = context.input as unknown as TemplateInput;
    const source = await sourceFolder(context, input.url);
    const target = inWorkspace(context.workspace, input.targetPath ?? './', 'targetPath');
    const skeleton = skeletonOf(input);
    const files = await filesOf(source);
    for (const file of files) await renderFile(context, skeleton, { source, target, file });
    context.log(`${files.length} files from ${input.url}`);
  },
};

interface Skeleton {
  render: FileRenderer;
  values: Record<string, unknown>;
  /** Paths that are copied; their names are filled in unless they stand in `asIs`. */
  untouched: string[];
  asIs: string[];
  /** Only files that end so are templates; the ending goes. */
  extension: string | undefined;
  replace: boolean;
}

function skeletonOf(input: TemplateInput): Skeleton {
  const {
    templateFileExtension: extension,
    trimBlocks = false,
    lstripBlocks = false,
    cookiecutterCompat = false,
  } = input;
  return {
    render: fileRenderer({ trimBlocks, lstripBlocks, cookiecutterCompat }),
    values: input.values ?? {},
    untouched: input.copyWithoutTemplating ?? [],
    asIs: input.copyWithoutRender ?? [],
    extension: extension === true ? '.njk' : extension || undefined,
    replace: input.replace === true,
  };
}

async function renderFile(
  context: ActionContext,
  skeleton: Skeleton,
  { source, target, file }: { source: string; target: string; file: string },
): Promise<void> {
  const { values, render, extension } = skeleton;
  const plainName = matchesGlob(file, skeleton.asIs);
  const plain =
    plainName ||
    matchesGlob(file, skeleton.untouched) ||
    (extension !== undefined && !file.endsWith(extension));
  const named = plainName ? file : render(file, values, `name of ${file}`);
  // A name that renders to nothing leaves its file out, as Backstage does.
  if (named === '' || named.endsWith('/')) return;
  const name =
    extension !== undefined && named.endsWith(extension) ? named.slice(0, -extension.length) : named;
  const destination = inWorkspace(target, name, `name of ${file}`);
  if (!skeleton.replace && (await stat(destination).catch(() => undefined))) {
    context.log(`${name} is there already and stays`);
    return;
  }
  if (plain) return copy(join(source, file), destination, file);
  const content = await readLimited(join(source, file), file);
  await mkdir(dirname(destination), { recursive: true });
  // A NUL byte makes it binary, as for Git.
  const rendered = content.includes(0) ? content : Buffer.from(render(content.toString(), values, file));
  await writeFile(destination, rendered);
  await keepMode(join(source, file), destination);
}

async function copy(from: string, to: string, name: string): Promise<void> {
  const info = await lstat(from).catch(() => undefined);
  if (!info?.isFile()) throw new SlipwayError('SourceUnknown', `${name}: no such file`);
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
  await chmod(to, info.mode & 0o111 ? 0o755 : 0o644);
}

async function keepMode(from: string, to: string): Promise<void> {
  const { mode } = await stat(from);
  await chmod(to, mode & 0o111 ? 0o755 : 0o644);
}

async function readLimited(path: string, name: string): Promise<Buffer> {
  const { size } = await stat(path);
  if (size > MOST_FILE_BYTES)
    throw new SlipwayError('TooLarge', `${name}: larger than ${MOST_FILE_BYTES} bytes`);
  return readFile(path);
}

/** Files below a folder as relative paths; links are refused, for they could lead anywhere. */
export async function filesOf(folder: string): Promise<string[]> {
  const files: string[] = [];
  const walk = async (prefix: string): Promise<void> => {
    const entries = await readdir(join(folder, prefix), { withFileTypes: true }).catch(() => {
      throw new SlipwayError('SourceUnknown', `${JSON.stringify(prefix || './')}: no such folder`);
    });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = prefix ? `${prefix}/${entry.name}` : entry.name;
      if (entry.name === '.git') continue;
      if (entry.isSymbolicLink())
        throw new SlipwayError('LinkRefused', `${path}: a symbolic link; links are not copied`);
      if (entry.isDirectory()) await walk(path);
      else files.push(path);
      if (files.length > MOST_FILES) throw new SlipwayError('TooLarge', `more than ${MOST_FILES} files`);
    }
  };
  await walk('');
  return files;
}
