import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CommandError, EXIT } from './output.ts';

interface File {
  path: string;
  executable: boolean;
  content: Buffer;
}

/** How produced files differ from those of a golden folder; nothing when they are the same. */
export async function differences(files: File[], folder: string): Promise<string[]> {
  const expected = await below(folder);
  const made = new Map(files.map(file => [file.path, file.content]));
  const found: string[] = [];
  for (const path of expected) {
    const content = made.get(path);
    const wanted = await readFile(join(folder, path));
    if (!content) found.push(`${path}: expected, not made`);
    if (content && !content.equals(wanted)) found.push(`${path}:${firstLine(content, wanted)}`);
  }
  for (const path of made.keys()) if (!expected.includes(path)) found.push(`${path}: made, not expected`);
  return found.sort();
}

async function below(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => {
    throw new CommandError(`--expect ${folder}: no such folder`, {
      exitCode: EXIT.usage,
      next: `slipway template test --write ${folder} makes it`,
    });
  });
  return entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(join(folder).length + 1));
}

function firstLine(made: Buffer, wanted: Buffer): string {
  const [a, b] = [made.toString().split('\n'), wanted.toString().split('\n')];
  const line = a.findIndex((text, index) => text !== b[index]);
  const at = line < 0 ? a.length : line;
  return `${at + 1}: expected ${JSON.stringify(b[at] ?? '')}, made ${JSON.stringify(a[at] ?? '')}`;
}

/** Writes produced files into a folder, which must not hold others. @throws CommandError */
export async function writeFiles(files: File[], folder: string): Promise<void> {
  const present = await readdir(folder).catch((): string[] => []);
  if (present.length > 0)
    throw new CommandError(`--write ${folder}: it is not empty`, {
      exitCode: EXIT.usage,
      next: 'name a new folder',
    });
  for (const { path, executable, content } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content, { mode: executable ? 0o755 : 0o644 });
  }
}
