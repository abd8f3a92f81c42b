import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { SlipwayError } from '@slipway/api';
import { dump } from 'js-yaml';
import type { LocalAction } from './action.ts';
import { filesOf } from './files-of.ts';
import { inWorkspace, matchesGlob } from './paths.ts';

export const fsDelete: LocalAction = {
  id: 'fs:delete',
  description: 'Deletes files and folders of the workspace.',
  local: true,
  input: {
    type: 'object',
    required: ['files'],
    properties: { files: { type: 'array', items: { type: 'string' } } },
  },
  run: async ({ input, workspace, log }) => {
    for (const file of input.files as string[]) {
      const matching = /[*?]/.test(file)
        ? (await filesOf(workspace)).filter(path => matchesGlob(path, [file]))
        : [file];
      for (const path of matching)
        await rm(inWorkspace(workspace, path, 'files'), { recursive: true, force: true });
      log(`deleted ${file}`);
    }
  },
};

interface Rename {
  from: string;
  to: string;
  overwrite?: boolean;
}

export const fsRename: LocalAction = {
  id: 'fs:rename',
  description: 'Renames files and folders of the workspace.',
  local: true,
  input: {
    type: 'object',
    required: ['files'],
    properties: {
      files: {
        type: 'array',
        items: {
          type: 'object',
          required: ['from', 'to'],
          properties: { from: { type: 'string' }, to: { type: 'string' }, overwrite: { type: 'boolean' } },
        },
      },
    },
  },
  run: async ({ input, workspace, log }) => {
    for (const { from, to, overwrite } of input.files as Rename[]) {
      const [source, target] = [
        inWorkspace(workspace, from, 'files.from'),
        inWorkspace(workspace, to, 'files.to'),
      ];
      if (!overwrite && (await stat(target).catch(() => undefined)))
        throw new SlipwayError('FileExists', `fs:rename: ${to} is there already; set overwrite`);
      await mkdir(dirname(target), { recursive: true });
      await rename(source, target).catch(cause => {
        throw new SlipwayError('SourceUnknown', `fs:rename: ${from}: no such file`, { cause });
      });
      log(`renamed ${from} to ${to}`);
    }
  },
};

export const fsReaddir: LocalAction = {
  id: 'fs:readdir',
  description: 'Lists files of the workspace.',
  local: true,
  input: {
    type: 'object',
    required: ['paths'],
    properties: { paths: { type: 'array', items: { type: 'string' } }, recursive: { type: 'boolean' } },
  },
  run: async ({ input, workspace, output }) => {
    const files: { name: string; path: string; fullPath: string }[] = [];
    const folders = new Map<string, { name: string; path: string; fullPath: string }>();
    for (const path of input.paths as string[]) {
      for (const file of await filesOf(inWorkspace(workspace, path, 'paths'))) {
        const parts = file.split('/');
        const describe = (full: string) => ({
          name: basename(full),
          path,
          fullPath: `${path.replace(/\/$/, '')}/${full}`,
        });
        if (parts.length > 1) folders.set(`${path}/${parts[0]}`, describe(parts[0] ?? ''));
        if (input.recursive || parts.length === 1) files.push(describe(file));
      }
    }
    output('files', files);
    output('folders', [...folders.values()]);
  },
};

const MOST_READ_BYTES = 256 * 1024;

export const fsRead: LocalAction = {
  id: 'fs:read',
  description: 'Gives the text of a file of the workspace to later steps.',
  local: true,
  input: { type: 'object', required: ['path'], properties: { path: { type: 'string' } } },
  output: { content: 'the text' },
  run: async ({ input, workspace, output }) => {
    const path = inWorkspace(workspace, input.path, 'path');
    const info = await stat(path).catch(() => undefined);
    if (!info?.isFile()) throw new SlipwayError('SourceUnknown', `fs:read: ${input.path}: no such file`);
    if (info.size > MOST_READ_BYTES)
      throw new SlipwayError('TooLarge', `fs:read: ${input.path}: larger than ${MOST_READ_BYTES} bytes`);
    output('content', await readFile(path, 'utf8'));
  },
};

export const catalogWrite: LocalAction = {
  id: 'catalog:write',
  description: 'Writes a catalog file into the workspace.',
  local: true,
  input: {
    type: 'object',
    required: ['entity'],
    properties: { entity: { type: 'object' }, filePath: { type: 'string' } },
  },
  run: async ({ input, workspace, log, run }) => {
    const path = String(input.filePath ?? 'catalog-info.yaml');
    const target = inWorkspace(workspace, path, 'filePath');
    const entity = input.entity as { metadata?: { annotations?: Record<string, string> } };
    const annotations = {
      ...entity.metadata?.annotations,
      'backstage.io/source-template': `template:default/${run.spec.template.split('/').at(-1)}`,
    };
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, dump({ ...entity, metadata: { ...entity.metadata, annotations } }));
    log(`wrote ${path}`);
  },
};
