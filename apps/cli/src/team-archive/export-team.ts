import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type AnyObject, type Kind, keyOf, keyText, systemClock } from '@slipway/api';
import type { Client } from '@slipway/client';
import { CREATED_BY, Environment, Repository, Secret, SPEC_BY, Team } from '@slipway/kinds';
import { type ArchiveWriter, createArchive, openBlobStore } from '@slipway/oci';
import type { Connection } from '../connection.ts';
import { CommandError } from '../output.ts';
import { MOVED_KINDS } from './moved-kinds.ts';
import { fetchImages } from './registry.ts';
import { fetchRepository } from './repositories.ts';
import { type ArchivedObject, type SecretReference, TEAM_FORMAT, type TeamAbout } from './team-format.ts';

export interface ExportedTeam {
  file: string;
  /** Bytes. */
  size: number;
  objects: number;
  repositories: number;
  images: number;
  left: string[];
}

/** Never what a person put into a Secret; these the platform makes for itself. */
const OWN_SECRETS =
  /^(kubernetes\.io\/service-account-token|source\.slipway\.dev\/hook|helm\.sh\/release\.v1)$/;

/**
 * Writes what a team has into one file: objects, Git with all its references, images by digest, and which Secrets
 * there are. It asks the platform at its doors only, as anybody could.
 */
export async function exportTeam(
  connection: Connection,
  { team, file, progress }: { team: string; file: string; progress: (line: string) => void },
): Promise<ExportedTeam> {
  const { client, platform } = connection;
  const found = await client.find(Team, { name: team });
  if (!found) throw await unknownTeam(client, team);
  const archive = await createArchive(file, { pid: process.pid, clock: systemClock });
  // Beside the archive: it needs about as much room.
  const folder = await mkdtemp(join(file, '..', '.export-'));
  try {
    progress('objects');
    const { objects, left } = await objectsOf(client, team);
    for (const each of objects) await archive.add(nameOf(each), Buffer.from(JSON.stringify(each)));
    progress('repositories');
    const repositories = await addRepositories(archive, connection, { team, folder });
    progress('images');
    const images = await addImages(archive, connection, { team, folder });
    const { items } = await client.list(Environment);
    const about: TeamAbout = {
      team,
      platform: { id: platform.id, domain: platform.domain },
      members: found.spec.members ?? [],
      may: found.spec.may ?? [],
      environments: items.map(({ metadata }) => metadata.name),
      left,
      secrets: await secretsOf(client, found.status?.namespaces ?? [`team-${team}`]),
    };
    const created = new Date(systemClock.now()).toISOString();
    await archive.finish({ format: TEAM_FORMAT, created, about: { ...about } });
    return { file, size: archive.size, objects: objects.length, repositories, images, left };
  } finally {
    await archive.abandon();
    await rm(folder, { recursive: true, force: true });
  }
}

async function objectsOf(
  client: Client,
  team: string,
): Promise<{ objects: ArchivedObject[]; left: string[] }> {
  const namespace = `team-${team}`;
  const objects: ArchivedObject[] = [];
  const left: string[] = [];
  for (const { kind, history, wanted } of MOVED_KINDS) {
    const { group, version } = kind;
    const apiVersion = group === '' ? version : `${group}/${version}`;
    if (!(await client.discover(apiVersion, kind.kind))) continue;
    const { items } = await client.list(kind as Kind<AnyObject>, { namespace });
    for (const item of items) {
      const object = { ...item, apiVersion, kind: kind.kind };
      if (!wanted || wanted(object)) objects.push(archived(object, history));
      else if (kind.kind !== 'ConfigMap')
        left.push(`${kind.kind} ${keyText(keyOf(item))}: it is not over yet`);
    }
  }
  return { objects, left };
}

/** Without what one server says of it; who made it stays, for the new server will name another. */
function archived(object: AnyObject, history: boolean): ArchivedObject {
  const { metadata, status, ...rest } = object;
  const { labels, annotations = {}, ownerReferences, name, namespace } = metadata;
  const { [CREATED_BY]: createdBy, [SPEC_BY]: specBy, ...kept } = annotations;
  const by = createdBy ?? specBy;
  return {
    uid: String(metadata.uid ?? ''),
    createdAt: String(metadata.creationTimestamp ?? ''),
    ...(by ? { createdBy: by } : {}),
    object: {
      ...rest,
      metadata: {
        ...(name ? { name } : {}),
        ...(namespace ? { namespace } : {}),
        ...(labels ? { labels } : {}),
        ...(Object.keys(kept).length > 0 ? { annotations: kept } : {}),
        ...(ownerReferences ? { ownerReferences } : {}),
      },
      ...(history && status ? { status } : {}),
    } as AnyObject,
  };
}

function nameOf({ object }: ArchivedObject): string {
  const { kind, metadata } = object;
  return `objects/${kind.toLowerCase()}/${metadata.namespace}/${metadata.name}.json`;
}

async function addRepositories(
  archive: ArchiveWriter,
  connection: Connection,
  { team, folder }: { team: string; folder: string },
): Promise<number> {
  const { items } = await connection.client.list(Repository, { namespace: `team-${team}` });
  for (const { spec } of items) {
    const path = `${spec.owner}/${spec.name}`;
    const { bundle, head } = await fetchRepository(connection, { path, folder });
    const facts = {
      head,
      description: spec.description ?? '',
      private: String(spec.private ?? true),
      ...(bundle ? {} : { empty: 'true' }),
    };
    await archive.add(`repositories/${path}.bundle`, bundle ? { file: bundle } : Buffer.alloc(0), facts);
    if (bundle) await rm(bundle);
  }
  return items.length;
}

/** An OCI image layout (image-spec, image-layout.md); an index names images as `<repository>:<tag>`. */
async function addImages(
  archive: ArchiveWriter,
  connection: Connection,
  { team, folder }: { team: string; folder: string },
): Promise<number> {
  const blobs = await openBlobStore(join(folder, 'oci'));
  const images = await fetchImages(connection, { team, blobs });
  const manifests = images.map(({ repository, tag, mediaType, digest, size }) => ({
    ...{ mediaType, digest, size },
    annotations: {
      'org.opencontainers.image.ref.name': tag ? `${repository}:${tag}` : `${repository}@${digest}`,
    },
  }));
  await archive.add('images/oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}'));
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  await archive.add(
    'images/index.json',
    Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests })),
  );
  for await (const digest of blobs.list())
    await archive.add(`images/blobs/${digest.replace(':', '/')}`, { file: blobs.path(digest) });
  return images.length;
}

/** In all namespaces of the team: what has to be given again where it arrives. */
async function secretsOf(client: Client, namespaces: string[]): Promise<SecretReference[]> {
  const lists = await Promise.all(namespaces.map(namespace => client.list(Secret, { namespace })));
  return lists
    .flatMap(({ items }) => items)
    .filter(({ type = 'Opaque' }) => !OWN_SECRETS.test(type))
    .map(({ metadata: { name, namespace = '' }, type = 'Opaque', data = {} }) => ({
      ...{ namespace, name, type },
      keys: Object.keys(data).sort(),
    }));
}

async function unknownTeam(client: Client, team: string): Promise<CommandError> {
  const { items } = await client.list(Team);
  const names = items.map(({ metadata }) => metadata.name).join(', ');
  return new CommandError(`team ${JSON.stringify(team)}: not in this platform; known: ${names}`, {
    exitCode: 2,
  });
}
