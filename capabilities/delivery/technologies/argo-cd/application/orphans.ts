import type { Kind } from '@slipway/api';
import { isOrphan, orphanMessage, watchesOrphans } from '../project/orphans.ts';
import { projectSpecOf } from '../project/spec.ts';
import { type Item, identity } from './compare.ts';
import type { Desk } from './desk.ts';
import type { Ground } from './ground.ts';
import type { ApplicationCondition } from './spec.ts';
import { instanceOf } from './tracking.ts';

const TYPE = 'OrphanedResourceWarning';
/** More kinds than any namespace holds objects of; each costs a request. */
const MOST_KINDS = 300;

export interface OrphanInput {
  desk: Desk;
  ground: Ground;
  items: Item[];
  /** Conditions of the last look: between thorough looks the last answer stays. */
  before: ApplicationCondition[];
  thorough: boolean;
}

/** The warning that the destination's namespace holds what nobody delivers, where the project asks for it. */
export async function orphanCondition(input: OrphanInput): Promise<ApplicationCondition | undefined> {
  const { ground, before, thorough } = input;
  const project = projectSpecOf(ground.rules.project);
  const { watches, warns } = watchesOrphans(project);
  if (!watches || !warns) return undefined;
  if (!thorough) {
    const last = before.find(({ type }) => type === TYPE);
    return last && { type: TYPE, message: last.message };
  }
  const count = await countOrphans(input);
  return count > 0 ? { type: TYPE, message: orphanMessage(count) } : undefined;
}

async function countOrphans({ desk, ground, items }: OrphanInput): Promise<number> {
  const { client, cluster } = ground.reached;
  const { namespace } = ground.spec.destination;
  if (namespace === '') return 0;
  const project = projectSpecOf(ground.rules.project);
  const own = new Set(items.map(item => identity(item.kind, item.namespace, item.name)));
  const kinds = (await client.kinds()).filter(
    kind => kind.namespaced && !desk.settings.isExcluded(kind, cluster.server),
  );
  const tracking = desk.settings.config();
  const counts = kinds.slice(0, MOST_KINDS).map(async (kind: Kind) => {
    const { items: objects } = await client.list(kind, { namespace });
    return objects.filter(object => {
      const { name, ownerReferences = [] } = object.metadata;
      if (ownerReferences.length > 0 || own.has(identity(kind, namespace, name))) return false;
      if (instanceOf(object as Parameters<typeof instanceOf>[0], tracking) !== undefined) return false;
      return isOrphan(project, { group: kind.group, kind: kind.kind, namespace, name });
    }).length;
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}
