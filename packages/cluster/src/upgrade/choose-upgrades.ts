import { SlipwayError } from '@slipway/api';
import type { Lock, Release, Selection, Upstream } from '@slipway/definition';
import { lockEntryOf } from '../release-lock.ts';

/** One component that is to have another release. */
export interface Upgrade {
  id: string;
  /** Version that the lock has. */
  from: string;
  release: Release;
  /** It goes to an older version. */
  isBack: boolean;
  /** What could break, by the version that brought it, oldest first. */
  breaking: { version: string; text: string }[];
}

/**
 * The releases that components are to have: those named, all of them when none is; the newest unless a version is given.
 * What has it already is not among them.
 * @throws SlipwayError UpgradeUnknown naming what there is
 */
export function chooseUpgrades(
  { components }: Pick<Selection, 'components'>,
  lock: Lock,
  { ids, to }: { ids: string[]; to?: string },
): Upgrade[] {
  if (to !== undefined && ids.length !== 1)
    throw unknown(
      `--to ${to}: it is not said of which component; name one: slipway upgrade COMPONENT --to ${to}`,
    );
  const known = components.filter(({ engine, technology }) => engine === 'upstream' && technology.upstream);
  const names = known.map(({ technology }) => technology.id);
  const strange = ids.find(id => !names.includes(id));
  if (strange !== undefined)
    throw unknown(
      `${strange}: the definition installs no component by this name; it has ${names.join(', ') || 'none'}`,
    );
  return known.flatMap(({ technology: { id, upstream } }) => {
    if (!upstream || (ids.length > 0 && !ids.includes(id))) return [];
    const locked = lock.components[id];
    if (!locked && ids.includes(id))
      throw unknown(`${id}: slipway.lock does not have it yet; slipway apply installs it`);
    const release = releaseOf(id, upstream, to);
    if (!locked || (locked.version === release.version && locked.digest === release.digest)) return [];
    return [upgradeOf(id, locked.version, release, upstream)];
  });
}

function releaseOf(id: string, { releases }: Upstream, version: string | undefined): Release {
  const found = version === undefined ? releases[0] : releases.find(each => each.version === version);
  if (found) return found;
  const known = releases.map(each => each.version).join(', ');
  throw unknown(`${id}: version ${version} is not in this catalogue; it has ${known}`);
}

/** Releases stand newest first: what came after the old one, up to the new one. */
function upgradeOf(id: string, from: string, release: Release, { releases }: Upstream): Upgrade {
  const at = releases.findIndex(({ version }) => version === release.version);
  const old = releases.findIndex(({ version }) => version === from);
  const isBack = old >= 0 && old < at;
  // Of a version that the catalogue does not know (any more) nobody can say what lies between.
  const between = isBack ? releases.slice(old, at) : releases.slice(at, old < 0 ? undefined : old);
  const breaking = between
    .toReversed()
    .flatMap(({ version, breaking: texts = [] }) => texts.map(text => ({ version, text })));
  return { id, from, release, isBack, breaking };
}

/** The lock with this release; nothing else changes. */
export function withUpgrade(lock: Lock, { id, release }: Pick<Upgrade, 'id' | 'release'>): Lock {
  return { ...lock, components: { ...lock.components, [id]: lockEntryOf(release) } };
}

function unknown(text: string): SlipwayError {
  return new SlipwayError('UpgradeUnknown', `upgrade: ${text}`);
}
