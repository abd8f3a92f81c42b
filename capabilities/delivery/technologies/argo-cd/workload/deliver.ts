import { type AnyObject, hasReason } from '@slipway/api';
import { Application } from '@slipway/kinds';
import type { Context } from '@slipway/runtime';
import { dump } from 'js-yaml';
import { type Look, pathOf, type Status } from './look.ts';
import { environmentObjects } from './manifests.ts';
import { applicationOf, environmentRepository, imageRepository } from './plan.ts';
import { statusOf } from './write-status.ts';

const MANIFESTS_FILE = 'manifests.yaml';
const DEFAULT_PORT = 8080;

/** What a revision brings to an environment. */
export interface Delivery {
  /** The image, with its digest where it was built here; absent where the manifests name none. */
  image?: string;
  /** Objects of the repository; none: the default ones. */
  objects(): Promise<AnyObject[]>;
}

/** Brings a revision to the first environment: a commit in its repository, and the Application that follows it. */
export async function deliver(
  look: Look,
  delivery: Delivery,
): Promise<Pick<Status, 'image' | 'environments'>> {
  const { workload, team, revision, environments, context } = look;
  const { image } = delivery;
  const [first = 'dev'] = environments;
  const known = workload.status?.environments?.find(each => each.name === first);
  if (known?.image !== image || known?.revision !== revision) await commitManifests(look, first, delivery);
  const application = applicationOf({ workload, team, environment: first });
  const key = { namespace: application.metadata.namespace ?? '', name: application.metadata.name ?? '' };
  if (!context.cache(Application).get(key)) await createUnlessThere(context, application);
  const delivered = { revision, ...(image ? { image } : {}) };
  return {
    ...(image ? { image } : {}),
    environments: environments.map(name => statusOf(look, name, name === first ? delivered : undefined)),
  };
}

async function createUnlessThere({ client }: Context, application: AnyObject): Promise<void> {
  try {
    await client.create(Application, application);
  } catch (error) {
    if (!hasReason(error, 'AlreadyExists')) throw error;
  }
}

async function commitManifests(look: Look, environment: string, delivery: Delivery): Promise<void> {
  const { workload, team, revision, git } = look;
  const service = workload.metadata.name;
  const { image } = delivery;
  const input = {
    service,
    environment,
    repository: imageRepository(team, service),
    ...(image ? { image } : {}),
    port: workload.spec.port ?? DEFAULT_PORT,
    objects: await delivery.objects(),
  };
  const content = environmentObjects(input)
    .map(object => `---\n${dump(object, { lineWidth: -1 })}`)
    .join('');
  await git.ensureRepository(team, environmentRepository(environment));
  const target = `${team}/${environmentRepository(environment)}`;
  const path = `${service}/${MANIFESTS_FILE}`;
  const before = await git.file(target, path, 'main');
  if (before?.content === content) return;
  const about = `${image ? `Image: ${image}\n` : ''}Source: ${pathOf(look)}@${revision}\n`;
  const message = `${service}: ${revision.slice(0, 10)}\n\n${about}`;
  await git.commit(target, { path, content, message, ...(before ? { sha: before.sha } : {}) });
}
