import { type AnyObject, SlipwayError } from '@slipway/api';
import type {
  Contract,
  ExistingSettings,
  Grant,
  Granted,
  SelectedComponent,
  UpstreamSettings,
  Wish,
  Wisher,
} from '@slipway/definition';
import { generatedSecret } from './generated-secret.ts';

/** A component with what its own functions are called with. */
export interface Settled {
  component: SelectedComponent;
  settings: UpstreamSettings;
}

/** What one component's wishes came to. */
export interface GrantedWishes {
  facts: Granted;
  /** Of wishes that had to be granted: applied before the wisher's own. */
  objects: AnyObject[];
  /** Of optional ones, by who gave them: applied with whichever of both comes later. */
  optional: Map<string, AnyObject[]>;
  /** Components that have to come before this one. */
  after: Set<string>;
}

/** A granter of certificates may wish for a certificate, but not for ever. */
const MOST_DEPTH = 4;

/**
 * Leads each wish to whom grants it.
 * @throws SlipwayError WishUngranted naming the wish, and what would grant it
 */
export function grantWishes(
  wisher: Settled,
  all: Settled[],
  wouldGrant: (contract: Contract) => string,
): GrantedWishes {
  const { component, settings } = wisher;
  const result: GrantedWishes = { facts: {}, objects: [], optional: new Map(), after: new Set() };
  const who = { component: component.technology.id, namespace: settings.namespace };
  const fulfil = (wish: Wish, depth: number): void => {
    const found = granterOf(wish, all);
    if (!found && wish.optional) return;
    if (!found || depth > MOST_DEPTH) throw ungranted(wish, who, wouldGrant(wish.contract));
    const { objects, facts, wishes = [] } = found.grant(wish, who);
    result.facts[wish.name] = facts;
    if (wish.optional) result.optional.set(found.id, [...(result.optional.get(found.id) ?? []), ...objects]);
    if (!wish.optional) result.objects.push(...objects);
    if (!wish.optional && found.id !== '' && found.id !== who.component) result.after.add(found.id);
    for (const further of wishes) fulfil(wish.optional ? { ...further, optional: true } : further, depth + 1);
  };
  for (const wish of component.technology.upstream?.wishes?.(settings) ?? []) fulfil(wish, 0);
  return result;
}

interface Granter {
  id: string;
  grant(wish: Wish, wisher: Wisher): Grant;
}

/** The first chosen component that grants it, else the platform itself. */
export function granterOf(wish: Wish, all: Settled[]): Granter | undefined {
  for (const { component, settings } of all) {
    const { technology, existing } = component;
    const grants = existing ? technology.existing?.grants : technology.upstream?.grants;
    const given = grants?.[wish.contract] as
      | ((wish: Wish, wisher: Wisher, settings: UpstreamSettings | ExistingSettings) => Grant)
      | undefined;
    if (!given) continue;
    const own = existing ? existingSettings(existing, settings) : settings;
    return { id: technology.id, grant: (asked, wisher) => given(asked, wisher, own) };
  }
  if (wish.contract !== 'secret') return undefined;
  return { id: '', grant: (asked, wisher) => generatedSecret(asked as typeof wish, wisher) };
}

/** Whether any chosen component, or the platform itself, grants a contract. */
export function isGranted(contract: Contract, components: SelectedComponent[]): boolean {
  if (contract === 'secret') return true;
  return components.some(({ technology, existing }) =>
    Boolean((existing ? technology.existing?.grants : technology.upstream?.grants)?.[contract]),
  );
}

/** What functions of an existing tool are called with. */
export function existingSettings(
  { url, credentials }: NonNullable<SelectedComponent['existing']>,
  settings: UpstreamSettings,
): ExistingSettings {
  const { namespace: _namespace, version: _version, ...rest } = settings;
  return {
    ...rest,
    address: url.replace(/\/+$/, ''),
    ...(credentials === undefined ? {} : { credentials: { namespace: 'slipway-system', name: credentials } }),
  };
}

function ungranted(wish: Wish, { component }: Wisher, choose: string): SlipwayError {
  return new SlipwayError(
    'WishUngranted',
    `${component}: it needs a ${wish.contract} (${wish.name}), which nothing chosen gives; choose ${choose || 'another technology'}`,
  );
}
