import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type Document, isMap, isNode, isPair, isScalar, LineCounter, parseAllDocuments } from 'yaml';
import { CommandError, EXIT } from './output.ts';

/** A YAML file with the places of what stands in it. */
export interface LocatedFile {
  /** As it was asked for. */
  path: string;
  value: unknown;
  /** Line and column, from 1, of a field written `spec.steps[0].input`; of the nearest one above when it is not there. */
  placeOf(field: string): { line: number; column: number };
}

/** @throws CommandError when a file cannot be read or parsed, with line and column */
export async function readLocated(path: string, wanted: (value: unknown) => boolean): Promise<LocatedFile> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`${path}: ${error.code === 'ENOENT' ? 'no such file' : error.message}`, {
      exitCode: EXIT.usage,
    });
  });
  return locate(text, path, wanted);
}

export function locate(text: string, path: string, wanted: (value: unknown) => boolean): LocatedFile {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines });
  const documents = Array.isArray(parsed) ? parsed : [];
  for (const { errors } of documents) {
    const [error] = errors;
    if (!error) continue;
    const { line, col } = lines.linePos(error.pos[0]);
    throw new CommandError(`${path}:${line}:${col}: ${error.message.split('\n')[0]}`);
  }
  const document = documents.find(each => wanted(each.toJS()));
  if (!document) throw new CommandError(`${path}: it holds no Template (scaffolder.backstage.io/v1beta3)`);
  return {
    path,
    value: document.toJS(),
    placeOf: field => {
      const { line, col } = lines.linePos(offsetOf(document, partsOf(field)));
      return { line, column: col };
    },
  };
}

function partsOf(field: string): (string | number)[] {
  return [...field.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, name]) =>
    index === undefined ? (name ?? '') : Number(index),
  );
}

/** Where the key of the deepest known part begins. */
function offsetOf(document: Document, parts: (string | number)[]): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const part of parts) {
    if (isMap(node)) {
      const pair = node.items.find(each => isPair(each) && isScalar(each.key) && each.key.value === part);
      if (!pair || !isScalar(pair.key)) return offset;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
      continue;
    }
    const next = (node as { items?: unknown[] } | null)?.items?.[Number(part)];
    if (!isNode(next)) return offset;
    offset = next.range?.[0] ?? offset;
    node = next;
  }
  return offset;
}

export interface TemplatePlace {
  file: string;
  folder: string;
  /** The repository it lies in, or its own folder. */
  boundary: string;
}

/** The template that a path means: a file, or a folder with `template.yaml`. @throws CommandError */
export async function findTemplate(path: string): Promise<TemplatePlace> {
  const info = await stat(path).catch(() => undefined);
  if (!info)
    throw new CommandError(`${path}: no such file or folder`, {
      exitCode: EXIT.usage,
      next: 'slipway template test FOLDER, where FOLDER holds template.yaml',
    });
  const file = info.isDirectory() ? join(path, await templateIn(path)) : path;
  const folder = resolve(dirname(file));
  return { file, folder, boundary: await repositoryOf(folder) };
}

async function templateIn(folder: string): Promise<string> {
  for (const name of ['template.yaml', 'template.yml'])
    if (await stat(join(folder, name)).catch(() => undefined)) return name;
  throw new CommandError(`${folder}: there is no template.yaml in it`, {
    exitCode: EXIT.usage,
    next: 'slipway template test PATH/TO/template.yaml',
  });
}

/** The nearest folder above that is a Git work tree: relative URLs may lead anywhere in it. */
async function repositoryOf(folder: string): Promise<string> {
  for (let above = folder; basename(above) !== ''; above = dirname(above))
    if (await stat(join(above, '.git')).catch(() => undefined)) return above;
  return folder;
}
