import type { AnyObject } from '@slipway/api';
import { writeManifests } from '../environment/write-manifests.ts';
import { heldBack } from '../promotion/promoted.ts';
import { ensureApplication, keepApplication, lookAtOnce } from './ensure-application.ts';
import { type Look, pathOf, type Status } from './look.ts';
import { deliveredTo, statusOf } from './write-status.ts';

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
  const { workload, revision, environments } = look;
  const { image } = delivery;
  const [first = 'dev', ...later] = environments;
  const held = heldBack(look, first);
  const known = workload.status?.environments?.find(each => each.name === first);
  if (!held && (known?.image !== image || known?.revision !== revision)) {
    await commitManifests(look, first, delivery);
    await lookAtOnce(look, first);
  }
  await ensureApplication(look, first);
  for (const environment of later) await keepApplication(look, environment);
  const delivered = held ?? { revision, ...(image ? { image } : {}) };
  return {
    ...(image ? { image } : {}),
    environments: environments.map(name =>
      statusOf(look, name, name === first ? delivered : deliveredTo(look, name)),
    ),
  };
}

async function commitManifests(look: Look, environment: string, delivery: Delivery): Promise<void> {
  const { workload, team, revision, git } = look;
  const { image } = delivery;
  await writeManifests(git, {
    workload,
    team,
    environment,
    source: pathOf(look),
    revision,
    ...(image ? { image } : {}),
    objects: await delivery.objects(),
  });
}
