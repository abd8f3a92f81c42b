import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  LOCK_FILE,
  type Lock,
  type LockEntry,
  type PackageRequest,
  parseDefinition,
} from '@slipway/definition';
import { readLock } from '@slipway/platform';
import { isMap, isSeq, parseDocument } from 'yaml';
import { CommandError, EXIT } from '../output.ts';
import { writeLock } from './definition-packages.ts';

/** The packages a definition's file names, and its lock. */
export async function packagesIn(file: string): Promise<{ requests: PackageRequest[]; lock: Lock }> {
  const { document } = parseDefinition(await readFile(file, 'utf8'), file);
  return { requests: document.spec?.packages ?? [], lock: await readLock(join(dirname(file), LOCK_FILE)) };
}

/** Writes a package into a definition and its lock, in place of one by its name; comments and the rest stay. */
export async function putPackage(file: string, request: PackageRequest, entry: LockEntry): Promise<void> {
  await edit(file, packages => [...packages.filter(({ name }) => name !== request.name), request]);
  await changeLock(file, entries => ({ ...entries, [request.name]: entry }));
}

/** Takes packages out of a definition and its lock. @throws CommandError when it names none of this name */
export async function dropPackages(file: string, names: string[]): Promise<void> {
  const { requests } = await packagesIn(file);
  for (const name of names)
    if (!requests.some(each => each.name === name))
      throw new CommandError(`${file}: it names no package ${JSON.stringify(name)}`, {
        exitCode: EXIT.usage,
      });
  await edit(file, packages => packages.filter(({ name }) => !names.includes(name)));
  await changeLock(file, entries =>
    Object.fromEntries(Object.entries(entries).filter(([name]) => !names.includes(name))),
  );
}

/** Writes entries into the lock beside a definition. */
export async function changeLock(
  file: string,
  change: (entries: Record<string, LockEntry>) => Record<string, LockEntry>,
): Promise<void> {
  const path = join(dirname(file), LOCK_FILE);
  const lock = await readLock(path);
  await writeLock(path, { ...lock, packages: change(lock.packages) });
}

async function edit(file: string, change: (packages: PackageRequest[]) => PackageRequest[]): Promise<void> {
  const document = parseDocument(await readFile(file, 'utf8'));
  const present = document.getIn(['spec', 'packages'], true);
  const before = isSeq(present) ? (present.toJSON() as PackageRequest[]) : [];
  const after = change(before);
  if (!isMap(document.get('spec'))) document.set('spec', document.createNode({}));
  if (after.length === 0) document.deleteIn(['spec', 'packages']);
  if (after.length > 0) {
    // What stays keeps its own node, and with it its comments.
    const nodes = after.map(each => {
      const at = before.indexOf(each);
      return at < 0 || !isSeq(present) ? document.createNode(each) : present.items[at];
    });
    const list = document.createNode([]);
    list.items = nodes as never;
    document.setIn(['spec', 'packages'], list);
  }
  const text = document.toString({ lineWidth: 110 });
  parseDefinition(text, file);
  await writeFile(file, text);
}
