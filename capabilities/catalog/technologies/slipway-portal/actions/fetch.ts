import { chmod, copyFile, lstat, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SlipwayError } from '@slipway/api';
import { type FileRenderer, fileRenderer } from '../template-run/render.ts';
import type { LocalAction, LocalContext } from './action.ts';
import { filesOf } from './files-of.ts';
import { inWorkspace, matchesGlob } from './paths.ts';

const MOST_FILE_BYTES = 10 * 1024 * 1024;

const URL_INPUT = { url: { type: 'string' }, targetPath: { type: 'string' } };

/** Copies a folder as it is. */
export const fetchPlain: LocalAction = {
  id: 'fetch:plain',
  description: 'Copies files into the workspace as they are.',
  local: true,
  input: { type: 'object', required: ['url'], properties: URL_INPUT },
  run: async context => {
    const { url, targetPath } = context.input;
    const source = await context.fetchFolder(String(url));
    const target = inWorkspace(context.workspace, targetPath ?? './', 'targetPath');
    for (const file of await filesOf(source))
      await copy(join(source, file), inWorkspace(target, file, 'file'), file);
    context.log(`copied ${String(url)}`);
  },
};

/** Copies one file as it is. */
export const fetchPlainFile: LocalAction = {
  id: 'fetch:plain:file',
  description: 'Copies one file into the workspace as it is.',
  local: true,
  input: { type: 'object', required: ['url', 'targetPath'], properties: URL_INPUT },
  run: async context => {
    const { url, targetPath } = context.input;
    const source = await oneFile(context, String(url));
    await copy(source, inWorkspace(context.workspace, targetPath, 'targetPath'), String(url));
    context.log(`copied ${String(url)}`);
  },
};

/** A file’s own path where its URL names one. */
async function oneFile({ fetchFolder }: LocalContext, url: string): Promise<string> {
  const slash = url.lastIndexOf('/');
  return join(await fetchFolder(slash < 0 ? './' : url.slice(0, slash + 1)), url.slice(slash + 1));
}

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
export const fetchTemplate: LocalAction = {
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
    const source = await context.fetchFolder(input.url);
    const target = inWorkspace(context.workspace, input.targetPath ?? './', 'targetPath');
    const skeleton = skeletonOf(input);
    const files = await filesOf(source);
    for (const file of files) await renderFile(context, skeleton, { source, target, file });
    context.log(`${files.length} files from ${input.url}`);
  },
};

/** Fills in one file. */
export const fetchTemplateFile: LocalAction = {
  id: 'fetch:template:file',
  description: 'Copies one file into the workspace and fills in its variables.',
  local: true,
  input: {
    type: 'object',
    required: ['url', 'targetPath'],
    properties: {
      ...URL_INPUT,
      values: { type: 'object' },
      cookiecutterCompat: { type: 'boolean' },
      replace: { type: 'boolean' },
      trimBlocks: { type: 'boolean' },
      lstripBlocks: { type: 'boolean' },
    },
  },
  run: async context => {
    const input = context.input as unknown as TemplateInput;
    const source = await oneFile(context, input.url);
    const target = inWorkspace(context.workspace, input.targetPath, 'targetPath');
    const info = await lstat(source).catch(() => undefined);
    if (!info?.isFile()) throw new SlipwayError('SourceUnknown', `${input.url}: no such file`);
    if (!input.replace && (await stat(target).catch(() => undefined)))
      return context.log(`${input.targetPath} is there already and stays`);
    const { render, values } = skeletonOf(input);
    await fill(source, target, text => render(text, values, source));
    context.log(`filled in ${input.url}`);
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
  context: LocalContext,
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
  await fill(join(source, file), destination, text => render(text, values, join(source, file)));
}

async function fill(from: string, to: string, render: (text: string) => string): Promise<void> {
  const { size, mode } = await stat(from);
  if (size > MOST_FILE_BYTES)
    throw new SlipwayError('TooLarge', `${basename(from)}: larger than ${MOST_FILE_BYTES} bytes`);
  const content = await readFile(from);
  await mkdir(dirname(to), { recursive: true });
  // A NUL byte makes it binary, as for Git.
  await writeFile(to, content.includes(0) ? content : render(content.toString()));
  await chmod(to, mode & 0o111 ? 0o755 : 0o644);
}

async function copy(from: string, to: string, name: string): Promise<void> {
  const info = await lstat(from).catch(() => undefined);
  if (!info?.isFile()) throw new SlipwayError('SourceUnknown', `${name}: no such file`);
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
  await chmod(to, info.mode & 0o111 ? 0o755 : 0o644);
}
