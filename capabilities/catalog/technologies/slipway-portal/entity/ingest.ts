import { messageOf } from '@slipway/api';
import type { BackstageEntity } from '@slipway/kinds';
import { loadAll } from 'js-yaml';
import { checkEntity, refOf, refText } from './envelope.ts';

/** What the files of one repository say. Errors name the file. */
export interface Ingested {
  entities: { entity: BackstageEntity; path: string }[];
  errors: string[];
  /** False: there is no catalog file at all. */
  found: boolean;
}

const FILES = ['catalog-info.yaml', 'catalog-info.yml'];
const MOST_FILES = 50;
const MOST_ENTITIES = 500;

/**
 * Reads `catalog-info.yaml` and what its Locations point to within the repository.
 * `read` gives a file's text, or undefined when there is none.
 */
export async function ingestRepository(
  read: (path: string) => Promise<string | undefined>,
): Promise<Ingested> {
  const ingested: Ingested = { entities: [], errors: [], found: false };
  const seen = new Set<string>();
  for (const path of FILES) {
    if (ingested.found) break;
    ingested.found = await readFile({ path, read, ingested, seen, optional: true });
  }
  dropDuplicates(ingested);
  return ingested;
}

interface Reading {
  path: string;
  read(path: string): Promise<string | undefined>;
  ingested: Ingested;
  seen: Set<string>;
  optional: boolean;
}

async function readFile({ path, read, ingested, seen, optional }: Reading): Promise<boolean> {
  if (seen.has(path)) return false;
  seen.add(path);
  if (seen.size > MOST_FILES) {
    ingested.errors.push(`${path}: more than ${MOST_FILES} catalog files; the rest is not read`);
    return false;
  }
  const text = await read(path);
  if (text === undefined) {
    if (!optional) ingested.errors.push(`${path}: no such file; a Location names it`);
    return false;
  }
  for (const [index, document] of documentsOf(path, text, ingested.errors).entries()) {
    const entity = checked(`${path}, document ${index + 1}`, document, ingested.errors);
    if (!entity) continue;
    if (ingested.entities.length >= MOST_ENTITIES) {
      ingested.errors.push(
        `${path}: more than ${MOST_ENTITIES} entities in one repository; the rest is not read`,
      );
      return true;
    }
    ingested.entities.push({ entity, path });
    for (const target of localTargets(entity, path, ingested.errors))
      await readFile({
        path: target,
        read,
        ingested,
        seen,
        optional: entity.spec?.presence === 'optional',
      });
  }
  return true;
}

function documentsOf(path: string, text: string, errors: string[]): unknown[] {
  try {
    return (loadAll(text) as unknown[]).filter(document => document !== null && document !== undefined);
  } catch (error) {
    errors.push(`${path}: ${messageOf(error).split('\n')[0]}`);
    return [];
  }
}

function checked(where: string, document: unknown, errors: string[]): BackstageEntity | undefined {
  try {
    return checkEntity(document);
  } catch (error) {
    errors.push(`${where}: ${messageOf(error)}`);
    return undefined;
  }
}

/** Targets of a Location as paths in the same repository; others are refused by name. */
function localTargets(entity: BackstageEntity, path: string, errors: string[]): string[] {
  if (entity.kind.toLowerCase() !== 'location') return [];
  const { target, targets = [] } = entity.spec as { target?: string; targets?: string[] };
  return [...(target ? [target] : []), ...targets].flatMap(text => {
    const local = localPath(text, path);
    if (local !== undefined) return [local];
    errors.push(`${path}: target ${JSON.stringify(text)}: only files of the same repository are read`);
    return [];
  });
}

function localPath(target: string, from: string): string | undefined {
  if (/^[a-z]+:/i.test(target) || target.startsWith('/') || target.includes('*')) return undefined;
  const parts: string[] = from.split('/').slice(0, -1);
  for (const part of target.split('/')) {
    if (part === '..' && parts.pop() === undefined) return undefined;
    if (part !== '..' && part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

function dropDuplicates(ingested: Ingested): void {
  const seen = new Map<string, string>();
  ingested.entities = ingested.entities.filter(({ entity, path }) => {
    const ref = refText(refOf(entity));
    const first = seen.get(ref);
    if (first === undefined) {
      seen.set(ref, path);
      return true;
    }
    ingested.errors.push(`${path}: ${ref} is defined in ${first} already`);
    return false;
  });
}
