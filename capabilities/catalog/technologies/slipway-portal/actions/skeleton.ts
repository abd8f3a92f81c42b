import { chmod, lstat, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SlipwayError } from '@slipway/api';
import { type FileRenderer, fileRenderer } from '../template-run/render.ts';
import { copyOne } from './copy-one.ts';
import { inWorkspace, matchesGlob } from './paths.ts';

const MOST_FILE_BYTES = 10 * 1024 * 1024;

/** What a step says of how a skeleton is filled in (Backstage’s `fetch:template`). */
export interface SkeletonInput {
  values?: Record<string, unknown>;
  copyWithoutRender?: string[];
  copyWithoutTemplating?: string[];
  templateFileExtension?: boolean | string;
  cookiecutterCompat?: boolean;
  replace?: boolean;
  trimBlocks?: boolean;
  lstripBlocks?: boolean;
}

/** Files of a skeleton to fill in; plain data, so that another thread can do it. */
export interface SkeletonWork {
  source: string;
  target: string;
  /** Below `source`; without `to` the name itself is a template. */
  files: { from: string; to?: string }[];
  input: SkeletonInput;
}

/** Writes every file, its variables filled in. Gives lines for the log. @throws TemplateError, SlipwayError */
export async function fillSkeleton({ source, target, files, input }: SkeletonWork): Promise<string[]> {
  const skeleton = skeletonOf(input);
  const lines: string[] = [];
  for (const file of files) {
    const line = await fillOne(skeleton, { source, target, ...file });
    if (line) lines.push(line);
  }
  return lines;
}

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

function skeletonOf(input: SkeletonInput): Skeleton {
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

interface OneFile {
  source: string;
  target: string;
  from: string;
  to?: string;
}

async function fillOne(
  skeleton: Skeleton,
  { source, target, from, to }: OneFile,
): Promise<string | undefined> {
  const { values, render, extension } = skeleton;
  const asIs = to !== undefined || matchesGlob(from, skeleton.asIs);
  const plain =
    to === undefined &&
    (asIs || matchesGlob(from, skeleton.untouched) || (extension !== undefined && !from.endsWith(extension)));
  const named = to ?? (asIs ? from : render(from, values, `name of ${from}`));
  // A name that renders to nothing leaves its file out, as Backstage does.
  if (named === '' || named.endsWith('/')) return undefined;
  const ends = to === undefined && extension !== undefined && named.endsWith(extension);
  const name = ends ? named.slice(0, -extension.length) : named;
  const destination = inWorkspace(target, name, `name of ${from}`);
  if (!skeleton.replace && (await stat(destination).catch(() => undefined)))
    return `${name} is there already and stays`;
  const path = join(source, from);
  if (plain) await copyOne(path, destination, from);
  if (!plain) await fill(path, destination, text => render(text, values, path));
  return undefined;
}

async function fill(from: string, to: string, render: (text: string) => string): Promise<void> {
  const info = await lstat(from).catch(() => undefined);
  if (!info?.isFile()) throw new SlipwayError('SourceUnknown', `${basename(from)}: no such file`);
  if (info.size > MOST_FILE_BYTES)
    throw new SlipwayError('TooLarge', `${basename(from)}: larger than ${MOST_FILE_BYTES} bytes`);
  const content = await readFile(from);
  await mkdir(dirname(to), { recursive: true });
  // A NUL byte makes it binary, as for Git.
  await writeFile(to, content.includes(0) ? content : render(content.toString()));
  await chmod(to, info.mode & 0o111 ? 0o755 : 0o644);
}
