/** What the catalog can be narrowed by; each stands in the page's address under its name here. */
export const FILTERS = {
  kind: { label: 'Kind', key: 'kind' },
  type: { label: 'Type', key: 'spec.type' },
  owner: { label: 'Owner', key: 'relations.ownedBy' },
  system: { label: 'System', key: 'spec.system' },
  domain: { label: 'Domain', key: 'spec.domain' },
  lifecycle: { label: 'Lifecycle', key: 'spec.lifecycle' },
  tag: { label: 'Tag', key: 'metadata.tags' },
} as const;

export type FilterName = keyof typeof FILTERS;
export const FILTER_NAMES = Object.keys(FILTERS) as FilterName[];

/** The address's search: a value for each filter, and the text that is looked for. */
export type CatalogSearch = Partial<Record<FilterName | 'q', string>>;

/** Takes an address's search for what it is; anything else in it is left out. */
export function searchOf(given: Record<string, unknown>): CatalogSearch {
  const search: CatalogSearch = {};
  for (const name of [...FILTER_NAMES, 'q'] as const) {
    const value = given[name];
    if (value !== undefined && value !== '') search[name] = String(value);
  }
  return search;
}

/** The filters in the words of the catalog's API; without `except`, which is what its own choices depend on. */
export function filtersOf(search: CatalogSearch, except?: FilterName): string[] {
  return FILTER_NAMES.flatMap(name => {
    const value = search[name];
    return value === undefined || name === except ? [] : [`${FILTERS[name].key}=${value}`];
  });
}

/** The command that finds the same: the catalog's own REST, as one signs in with a token. */
export function catalogCommand(portal: string, search: CatalogSearch): string {
  const query = new URLSearchParams();
  const filters = filtersOf(search);
  if (filters.length > 0) query.set('filter', filters.join(','));
  if (search.q) query.set('fullTextFilterTerm', search.q);
  if (search.q) query.set('fullTextFilterFields', 'metadata.name');
  const asked = query.size > 0 ? `?${query}` : '';
  const url = `${portal}/api/catalog/entities/by-query${asked}`;
  return `curl -H "Authorization: Bearer $TOKEN" '${url.replaceAll("'", '%27')}'`;
}
