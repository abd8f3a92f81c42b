import type { AnyObject, Stored } from '@slipway/api';
import type { Workload } from '@slipway/kinds';
import { dump } from 'js-yaml';
import type { FileChange, GitServer } from '../workload/git-server.ts';
import { environmentObjects } from '../workload/manifests.ts';
import { environmentRepository, imageRepository } from '../workload/plan.ts';

const MANIFESTS_FILE = 'manifests.yaml';
const DEFAULT_PORT = 8080;

/** What is brought to an environment: one revision of a service, as one image. */
export interface Manifests {
  workload: Stored<Workload>;
  team: string;
  environment: string;
  /** `<owner>/<name>` of the service's repository. */
  source: string;
  revision: string;
  /** With its digest where it was built here; absent where the manifests name none. */
  image?: string;
  /** Objects of the repository; none: the default ones. */
  objects: AnyObject[];
}

/** Where an environment of a service stands in Git: its repository, and its file there. */
export function placeOf({
  workload,
  team,
  environment,
}: Omit<Manifests, 'source' | 'revision' | 'objects'>): {
  repository: string;
  path: string;
} {
  return {
    repository: `${team}/${environmentRepository(environment)}`,
    path: `${workload.metadata.name}/${MANIFESTS_FILE}`,
  };
}

/** The objects as they are applied. */
export function objectsOf(manifests: Manifests): AnyObject[] {
  const { workload, team, environment, image, objects } = manifests;
  const service = workload.metadata.name;
  return environmentObjects({
    service,
    environment,
    repository: imageRepository(team, service),
    ...(image ? { image } : {}),
    port: workload.spec.port ?? DEFAULT_PORT,
    objects,
  });
}

/**
 * Writes an environment of a service in one commit and resolves with its id; undefined when it stands so already.
 * `trailers` end the message.
 */
export async function writeManifests(
  git: GitServer,
  manifests: Manifests,
  { trailers = [], author }: { trailers?: string[] } & Pick<FileChange, 'author'> = {},
): Promise<string | undefined> {
  const { workload, team, environment, source, revision, image } = manifests;
  const content = objectsOf(manifests)
    .map(object => `---\n${dump(object, { lineWidth: -1 })}`)
    .join('');
  const { repository, path } = placeOf(manifests);
  await git.ensureRepository(team, environmentRepository(environment));
  const before = await git.file(repository, path, 'main');
  if (before?.content === content) return undefined;
  const about = [...(image ? [`Image: ${image}`] : []), `Source: ${source}@${revision}`, ...trailers];
  const message = `${workload.metadata.name}: ${revision.slice(0, 10)}\n\n${about.join('\n')}\n`;
  return git.commit(repository, {
    path,
    content,
    message,
    ...(before ? { sha: before.sha } : {}),
    ...(author ? { author } : {}),
  });
}
