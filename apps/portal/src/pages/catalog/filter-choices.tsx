import { NativeSelect } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { findFacets } from '../../api/catalog.ts';
import { type CatalogSearch, FILTER_NAMES, FILTERS, type FilterName, filtersOf } from './filter.ts';

/** Values that a list of choices shows: those that most entities have. */
const MOST_CHOICES = 300;

interface Props {
  search: CatalogSearch;
  onChoice: (name: FilterName, value: string) => void;
}

/** One choice for each filter, with how many entities have each value. */
export function FilterChoices({ search, onChoice }: Props) {
  const kind = filtersOf(search).filter(filter => filter.startsWith('kind='));
  const all = useFacets(['kind'], []);
  const ofKind = useFacets(
    FILTER_NAMES.filter(name => name !== 'kind').map(name => FILTERS[name].key),
    kind,
  );
  return FILTER_NAMES.map(name => {
    const facets = (name === 'kind' ? all : ofKind)?.[FILTERS[name].key] ?? [];
    const chosen = search[name] ?? '';
    if (name !== 'kind' && facets.length === 0 && chosen === '') return null;
    return (
      <NativeSelect
        key={name}
        size="xs"
        label={FILTERS[name].label}
        value={chosen}
        data={choicesOf(facets, chosen)}
        onChange={event => onChoice(name, event.currentTarget.value)}
      />
    );
  });
}

function useFacets(facets: string[], filters: string[]) {
  const { data } = useQuery({
    queryKey: ['catalog', 'facets', facets, filters],
    queryFn: ({ signal }) => findFacets(facets, filters, signal),
    placeholderData: keepPreviousData,
  });
  return data;
}

function choicesOf(facets: { value: string; count: number }[], chosen: string) {
  const most = [...facets].sort((a, b) => b.count - a.count).slice(0, MOST_CHOICES);
  const known = most.some(({ value }) => value.toLowerCase() === chosen.toLowerCase());
  const values = most
    .sort((a, b) => a.value.localeCompare(b.value))
    .map(({ value, count }) => ({ value: value.toLowerCase(), label: `${shortened(value)} (${count})` }));
  const own = chosen === '' || known ? [] : [{ value: chosen, label: `${shortened(chosen)} (0)` }];
  return [{ value: '', label: 'any' }, ...own, ...values];
}

/** `group:default/payments` as people say it. */
function shortened(value: string): string {
  return value.replace(/^group:(default\/)?/, '');
}
