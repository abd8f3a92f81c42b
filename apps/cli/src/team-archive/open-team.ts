import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { messageOf, SlipwayError } from '@slipway/api';
import { type BlobStore, checkArchive, type Digest, openBlobStore, readParts, smallPart } from '@slipway/oci';
import { openBundle } from './repositories.ts';
import { type ArchivedImage, type ArchivedObject, TEAM_FORMAT, type TeamAbout } from './team-format.ts';

export interface OpenedRepository {
  /** `<owner>/<name>` */
  path: string;
  owner: string;
  name: string;
  head: string;
  description: string;
  private: boolean;
  /** A bare repository on this machine with what the bundle holds; undefined when it is empty. */
  repository: string | undefined;
  refs: Record<string, string>;
}

export interface OpenedTeam {
  about: TeamAbout;
  objects: ArchivedObject[];
  repositories: OpenedRepository[];
  images: ArchivedImage[];
  blobs: BlobStore;
}

/**
 * Reads a team's archive, whole and checked, into a folder of its own; nothing of a platform is touched.
 * @throws SlipwayError ArchiveDamaged, ArchiveFormat, ArchivePath
 */
export async function openTeam(file: string, folder: string): Promise<OpenedTeam> {
  const manifest = await checkArchive(file, TEAM_FORMAT);
  const about = manifest.about as unknown as TeamAbout;
  // A name of a namespace: nothing else may stand there.
  if (typeof about.team !== 'string' || !/^[a-z0-9]([-a-z0-9]{0,50}[a-z0-9])?$/.test(about.team))
    throw damaged(file, 'it names no team');
  const blobs = await openBlobStore(join(folder, 'oci'));
  const opened: OpenedTeam = { about, objects: [], repositories: [], images: [], blobs };
  for await (const { part, content } of readParts(file, manifest)) {
    const [kind = '', ...rest] = part.name.split('/');
    if (kind === 'objects')
      opened.objects.push(objectOf((await smallPart(content, part.name, file)).toString(), { file, about }));
    if (kind === 'repositories')
      opened.repositories.push(
        await repositoryOf({ ...part, path: rest.join('/') }, content, { folder, file, about }),
      );
    if (part.name === 'images/index.json')
      opened.images.push(
        ...imagesOf((await smallPart(content, part.name, file)).toString(), { file, about }),
      );
    else if (kind === 'images' && rest[0] === 'blobs')
      await blobs.write(content, `${rest[1]}:${rest[2]}` as Digest);
    else if (kind === 'images') for await (const _ of content);
  }
  return opened;
}

interface Place {
  file: string;
  about: TeamAbout;
}

/** An archive may write into its own team's namespace only. */
function objectOf(text: string, { file, about }: Place): ArchivedObject {
  const archived = parsed<ArchivedObject>(text, file);
  const { namespace, name } = archived.object?.metadata ?? {};
  if (namespace === `team-${about.team}` && name) return archived;
  throw damaged(file, `an object stands in ${JSON.stringify(namespace)}, not in team-${about.team}`);
}

async function repositoryOf(
  part: { path: string; size: number; facts?: Record<string, string> },
  content: AsyncIterable<Uint8Array>,
  { folder, file, about }: Place & { folder: string },
): Promise<OpenedRepository> {
  const [, owner, name] = /^([a-z0-9-]+)\/([A-Za-z0-9][A-Za-z0-9._-]*)\.bundle$/.exec(part.path) ?? [];
  if (!owner || !name || owner !== about.team)
    throw damaged(file, `${part.path} is no repository of ${about.team}`);
  const bundle = join(folder, 'repositories', part.path);
  await mkdir(dirname(bundle), { recursive: true });
  await pipeline(content, createWriteStream(bundle));
  const { head = 'main', description = '', private: hidden, empty } = part.facts ?? {};
  const repository = empty ? undefined : bundle.replace(/\.bundle$/, '.git');
  const refs = repository ? await openBundle(bundle, repository) : {};
  return {
    path: `${owner}/${name}`,
    owner,
    name,
    head,
    description,
    private: hidden !== 'false',
    repository,
    refs,
  };
}

function imagesOf(text: string, { file, about }: Place): ArchivedImage[] {
  const { manifests = [] } = parsed<{
    manifests?: (ArchivedImage & { annotations?: Record<string, string> })[];
  }>(text, file);
  return manifests.map(({ mediaType, digest, size, annotations = {} }) => {
    const name = annotations['org.opencontainers.image.ref.name'] ?? '';
    const [, repository, tag] =
      /^([a-z0-9][a-z0-9._/-]*?)(?:@sha256:[0-9a-f]{64}|:([\w][\w.-]{0,127}))$/.exec(name) ?? [];
    if (!repository?.startsWith(`${about.team}/`))
      throw damaged(file, `${name} is no image of ${about.team}`);
    return { repository, ...(tag ? { tag } : {}), mediaType, digest, size };
  });
}

function parsed<T>(text: string, file: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw damaged(file, messageOf(error));
  }
}

function damaged(file: string, problem: string): SlipwayError {
  return new SlipwayError('ArchiveDamaged', `archive: damaged: "${file}": ${problem}; nothing was written`);
}
