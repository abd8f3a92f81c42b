// Everything a platform holds, so that two moments of it can be compared: objects, Git, the registry, files.
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type Platform, run } from './platform-process.ts';

/** Key → what it holds, as text. */
export type Snapshot = Map<string, string>;

interface Listed {
  kind: string;
  apiVersion: string;
  metadata: { name: string; namespace?: string; [field: string]: unknown };
  status?: unknown;
  subsets?: unknown;
}

/** What differs from one moment to the next of a platform that nobody touches. */
const PASSING = /^(events|leases|nodes|endpoints|endpointslices)\b/;
const VOLATILE = ['resourceVersion', 'managedFields', 'generation', 'uid', 'creationTimestamp'];

/** All objects of all kinds but events and leases: their specification, not what controllers say of the moment. */
async function objects(platform: Platform): Promise<Snapshot> {
  const names = await platform.kubectl(['api-resources', '--verbs=list,delete', '-o', 'name']);
  const kinds = names.split('\n').filter(name => name !== '' && !/^(events|leases)\b/.test(name));
  const text = await platform.kubectl(['get', kinds.join(','), '--all-namespaces', '-o', 'json']);
  const { items } = JSON.parse(text) as { items: Listed[] };
  return new Map(
    items.map(item => {
      const { status: _status, subsets: _subsets, ...rest } = item;
      const metadata = Object.fromEntries(
        Object.entries(item.metadata).filter(([field]) => !VOLATILE.includes(field)),
      );
      const { namespace = '', name } = item.metadata;
      const plural = `${item.kind.toLowerCase()}s`;
      const content = PASSING.test(plural) ? '' : JSON.stringify({ ...rest, metadata });
      return [`object ${item.apiVersion} ${item.kind} ${namespace}/${name}`, content];
    }),
  );
}

/** Every repository with its references, and the files of its main branch. Ids of commits are history. */
async function git(platform: Platform): Promise<Snapshot> {
  const base = join(platform.report.data, 'engines', 'gitea', 'repositories');
  const found: Snapshot = new Map();
  for (const owner of await readdir(base)) {
    for (const name of await readdir(join(base, owner))) {
      const folder = join(base, owner, name);
      const ask = async (...args: string[]) => (await run('git', ['--git-dir', folder, ...args])).stdout;
      found.set(`git refs ${owner}/${name}`, await ask('for-each-ref', '--format=%(refname)'));
      const files = await ask('ls-tree', '-r', 'main').catch(() => '');
      found.set(`git files ${owner}/${name}`, files);
    }
  }
  return found;
}

/** Repositories of the registry, with their tags. */
async function registry(platform: Platform): Promise<Snapshot> {
  const config = await readFile(platform.report.kubeconfig, 'utf8');
  const token = /"?token"?: *"?([^"\s,}]+)/.exec(config)?.[1] ?? '';
  const { port } = new URL(platform.report.portal);
  const base = `https://registry.slipway.localhost:${port}/v2`;
  const ask = async (path: string) =>
    JSON.parse((await platform.fetch(`${base}/${path}`, { authorization: `Bearer ${token}` })).body);
  const { repositories } = (await ask('_catalog')) as { repositories: string[] };
  const tags = await Promise.all(repositories.map(name => ask(`${name}/tags/list`)));
  return new Map(repositories.map((name, index) => [`registry ${name}`, JSON.stringify(tags[index])]));
}

/**
 * Files below the data folder that are no truth and end by themselves: the store's own files and the audit in them;
 * logs; layers and blobs, which the collector takes when they are an hour without use; caches of a fixed size; and
 * Git's own packing, which the repositories' files stand for.
 */
const BY_THEMSELVES = [
  /^objects\.sqlite/,
  /\.log$|^logs\//,
  /^blobs\//,
  /^engines\/oci-registry\/(build|journal|registry|host-base)/,
  /^engines\/gitea\/repositories\/.*\.git\/(objects|packed-refs|logs)/,
  /^engines\/argo-cd\/sources\//,
  /^engines\/kubernetes\/(?!logs)/,
];

async function files(platform: Platform): Promise<Snapshot> {
  const base = platform.report.data;
  const entries = await readdir(base, { recursive: true, withFileTypes: true });
  const names = entries
    .filter(entry => entry.isFile())
    .map(entry => relative(base, join(entry.parentPath, entry.name)));
  const lasting = names.filter(name => !BY_THEMSELVES.some(each => each.test(name)));
  return new Map(lasting.map(name => [`file ${name}`, '']));
}

/** The whole platform as it is now. */
export async function snapshot(platform: Platform): Promise<Snapshot> {
  const parts = await Promise.all([objects, git, registry, files].map(part => part(platform)));
  return new Map(parts.flatMap(part => [...part]));
}

/** What is otherwise in the second, one line each. */
export function differences(before: Snapshot, after: Snapshot): string[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  return keys.flatMap(key => {
    const [old, now] = [before.get(key), after.get(key)];
    if (old === now) return [];
    if (old === undefined) return [`left behind: ${key}`];
    if (now === undefined) return [`missing: ${key}`];
    return [`changed: ${key}\n  ${old}\n  ${now}`];
  });
}

/** New blobs that are neither on the registry's list of what its collector takes, nor layers of its bounded cache. */
export async function unaccountedBlobs(platform: Platform, before: Set<string>): Promise<string[]> {
  const base = join(platform.report.data, 'engines', 'oci-registry');
  const orphans = orphansIn(await readFile(join(base, 'catalog.jsonl'), 'utf8'));
  const cache = join(base, 'build', 'cache');
  const cached = await Promise.all((await readdir(cache)).map(name => readFile(join(cache, name), 'utf8')));
  const layers = new Set(cached.map(text => (JSON.parse(text) as { digest: string }).digest));
  const now = await blobs(platform);
  return now.filter(
    each => !before.has(each) && !orphans.has(`sha256:${each}`) && !layers.has(`sha256:${each}`),
  );
}

export async function blobs(platform: Platform): Promise<string[]> {
  return readdir(join(platform.report.data, 'blobs', 'sha256'));
}

/** Blobs that no repository names, by the registry's journal. */
function orphansIn(journal: string): Set<string> {
  const orphans = new Set<string>();
  const changes = journal
    .split('\n')
    .filter(line => line !== '')
    .flatMap(line => JSON.parse(line) as { op: string; digest?: string; manifest?: { digest: string } }[]);
  for (const { op, digest = '', manifest } of changes) {
    if (op === 'orphan') orphans.add(digest);
    if (op === 'gone' || op === 'blob') orphans.delete(digest);
    if (op === 'manifest') orphans.delete(manifest?.digest ?? '');
  }
  return orphans;
}
