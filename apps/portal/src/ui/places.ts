import { useRouter } from '@tanstack/react-router';

export interface PlaceLink {
  label: string;
  path: string;
  /** Words that people use for it, for the command palette. */
  words?: string;
}

/** The places of the portal, in the order of its navigation. */
export const PLACES: PlaceLink[] = [
  { label: 'Services', path: '/', words: 'home my' },
  { label: 'Create', path: '/create', words: 'golden path template new' },
  { label: 'Catalog', path: '/catalog', words: 'entities components apis systems' },
  { label: 'Repositories', path: '/repositories', words: 'git code changes' },
  { label: 'Environments', path: '/environments', words: 'promotion dev prod stages' },
  { label: 'Delivery', path: '/delivery', words: 'applications sync rollback' },
  { label: 'Teams', path: '/teams', words: 'members people groups' },
  { label: 'Platform', path: '/platform', words: 'components capability map' },
];

/** Places that stand elsewhere than in the navigation; the palette leads to them, too. */
export const OTHER_PLACES: PlaceLink[] = [
  { label: 'People', path: '/people', words: 'users groups administration disable' },
  { label: 'Me', path: '/me', words: 'profile sessions tokens preferences rights account' },
];

/** What stands below `/platform`. */
export const PLATFORM_PLACES: PlaceLink[] = [
  { label: 'Map', path: '/platform', words: 'technologies choices' },
  { label: 'Audit', path: '/platform/audit', words: 'who did what' },
  { label: 'Policies', path: '/platform/policies', words: 'pipelines steps checks exceptions governed' },
  { label: 'Security', path: '/platform/security', words: 'report proof' },
  { label: 'Maturity', path: '/platform/maturity', words: 'aspects levels' },
  { label: 'Insights', path: '/platform/insights', words: 'dora scorecards measures' },
];

/** Those of the places that this portal has a page for. */
export function useServed(places: PlaceLink[]): PlaceLink[] {
  const served = useRouter().routesByPath as Record<string, unknown>;
  return places.filter(({ path }) => served[path] !== undefined);
}
