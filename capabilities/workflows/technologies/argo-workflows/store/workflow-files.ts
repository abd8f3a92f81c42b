import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Folder, SlipwayError } from '@slipway/api';
import type { Artifact } from '../model.ts';
import type { PodOutcome } from '../workflow/run.ts';

/** Whose files: everything of a workflow lies below one folder, which goes when the workflow goes. */
export interface Owner {
  namespace: string;
  workflow: string;
  uid: string;
}

const MOST_ARTIFACT_BYTES = 2 * 1024 ** 3;
const MOST_PARAMETER_BYTES = 256 * 1024;
const SEGMENT = /^[A-Za-z0-9][A-Za-z0-9._()[\]:-]*$/;

/** What pods leave behind: outputs and logs, as files in this engine's data folder. */
export interface WorkflowFiles {
  writeOutput(
    owner: Owner,
    node: string,
    output: OutputName,
    content: AsyncIterable<Uint8Array>,
  ): Promise<void>;
  outcomeOf(owner: Owner, node: string): Promise<Pick<PodOutcome, 'parameters' | 'artifacts'>>;
  /** Stream of an artifact by the key that its status names; undefined when it is not here. */
  readArtifact(key: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  writeLog(owner: Owner, pod: string, container: string, text: string): Promise<void>;
  readLog(owner: Owner, pod: string, container: string): Promise<string | undefined>;
  /** Removes what workflows of this name left, but for one uid. */
  remove(namespace: string, workflow: string, keepUid?: string): Promise<void>;
  /** Everybody who has files here, for removing what nobody owns any longer. */
  owners(): Promise<Owner[]>;
}

export interface OutputName {
  kind: 'parameters' | 'artifacts';
  name: string;
  archived: boolean;
}

/** Opens the store in a folder. */
export function openWorkflowFiles(folder: Folder): WorkflowFiles {
  const root = folder.path;
  const place = (...parts: string[]) => join(root, ...parts.map(segment));
  const ownerFolder = ({ namespace, workflow, uid }: Owner) => place(namespace, workflow, uid);
  const logFile = (owner: Owner, pod: string, container: string) =>
    join(ownerFolder(owner), 'logs', segment(`${pod}.${container}.log`));
  return {
    writeOutput: (owner, node, { kind, name, archived }, content) => {
      const file = kind === 'parameters' ? name : `${name}${archived ? '.tgz' : '.file'}`;
      const limit = kind === 'parameters' ? MOST_PARAMETER_BYTES : MOST_ARTIFACT_BYTES;
      return writeSynced(
        join(ownerFolder(owner), 'nodes', segment(node), kind, segment(file)),
        content,
        limit,
      );
    },
    outcomeOf: async (owner, node) => {
      const base = join(ownerFolder(owner), 'nodes', segment(node));
      const names = await readdir(join(base, 'parameters')).catch(() => []);
      const values = await Promise.all(
        names
          .filter(isWhole)
          .map(async name => [name, await readFile(join(base, 'parameters', name), 'utf8')]),
      );
      const files = (await readdir(join(base, 'artifacts')).catch(() => [])).filter(isWhole);
      const { namespace, workflow, uid } = owner;
      const artifacts = files.map((file): [string, Artifact] => {
        const name = file.replace(/\.(tgz|file)$/, '');
        const plain = file.endsWith('.file');
        return [
          name,
          {
            name,
            ...(plain ? { archive: { none: {} } } : {}),
            s3: { key: [namespace, workflow, uid, node, file].join('/') },
          },
        ];
      });
      return { parameters: Object.fromEntries(values), artifacts: Object.fromEntries(artifacts) };
    },
    readArtifact: async key => {
      const [namespace = '', workflow = '', uid = '', node = '', file = ''] = key.split('/');
      const path = place(namespace, workflow, uid, 'nodes', node, 'artifacts', file);
      const known = await stat(path).catch(() => undefined);
      return known?.isFile() ? createReadStream(path) : undefined;
    },
    writeLog: (owner, pod, container, text) =>
      writeSynced(logFile(owner, pod, container), [Buffer.from(text)], Number.POSITIVE_INFINITY),
    readLog: (owner, pod, container) =>
      readFile(logFile(owner, pod, container), 'utf8').catch(() => undefined),
    remove: async (namespace, workflow, keepUid) => {
      const base = place(namespace, workflow);
      for (const uid of await readdir(base).catch(() => [])) {
        if (uid !== keepUid) await rm(join(base, uid), { recursive: true, force: true });
      }
      if (keepUid === undefined) await rm(base, { recursive: true, force: true });
    },
    owners: async () => {
      const found: Owner[] = [];
      for (const namespace of await readdir(root).catch(() => [])) {
        for (const workflow of await readdir(join(root, namespace)).catch(() => [])) {
          for (const uid of await readdir(join(root, namespace, workflow)).catch(() => []))
            found.push({ namespace, workflow, uid });
        }
      }
      return found;
    },
  };
}

const isWhole = (name: string): boolean => !name.endsWith('.part');

function segment(text: string): string {
  if (SEGMENT.test(text) && text.length <= 250) return text;
  throw new SlipwayError(
    'BadName',
    `${JSON.stringify(text.slice(0, 80))} cannot be a file name here: letters, digits and . _ ( ) [ ] : - only`,
  );
}

let drafts = 0;

/** Whole or not at all: written aside, synced, renamed. */
async function writeSynced(
  path: string,
  content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  limit: number,
): Promise<void> {
  const folder = join(path, '..');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}-${drafts++}.part`;
  const file = await open(draft, 'wx', 0o600);
  let size = 0;
  try {
    for await (const chunk of content) {
      size += chunk.byteLength;
      if (size > limit) throw new SlipwayError('TooLarge', `an output is larger than ${limit} bytes`);
      await file.writeFile(chunk);
    }
    await file.sync();
    await file.close();
    await rename(draft, path);
  } catch (error) {
    await file.close().catch(() => {});
    await rm(draft, { force: true });
    throw error;
  }
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
