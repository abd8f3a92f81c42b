import { basename, dirname, join } from 'node:path';
import type { LocalAction, LocalContext } from './action.ts';
import { copyOne } from './copy-one.ts';
import { filesOf } from './files-of.ts';
import { inWorkspace } from './paths.ts';
import type { SkeletonInput } from './skeleton.ts';

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
      await copyOne(join(source, file), inWorkspace(target, file, 'file'), file);
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
    await copyOne(source, inWorkspace(context.workspace, targetPath, 'targetPath'), String(url));
    context.log(`copied ${String(url)}`);
  },
};

/** A file’s own path where its URL names one. */
async function oneFile({ fetchFolder }: LocalContext, url: string): Promise<string> {
  const slash = url.lastIndexOf('/');
  return join(await fetchFolder(slash < 0 ? './' : url.slice(0, slash + 1)), url.slice(slash + 1));
}

interface TemplateInput extends SkeletonInput {
  url: string;
  targetPath?: string;
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
    const files = await filesOf(source);
    const work = { source, target, files: files.map(from => ({ from })), input };
    for (const line of await context.fill(work)) context.log(line);
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
    const to = String(input.targetPath);
    inWorkspace(context.workspace, to, 'targetPath');
    const files = [{ from: basename(source), to }];
    const work = { source: dirname(source), target: context.workspace, files, input };
    for (const line of await context.fill(work)) context.log(line);
    context.log(`filled in ${input.url}`);
  },
};
