import { Text, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useCatalogChanges } from '../../api/catalog-changes.ts';
import { paths } from '../../paths.ts';
import { SameCommand } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { EntityList } from './entity-list.tsx';
import { type CatalogSearch, catalogCommand, filtersOf, searchOf } from './filter.ts';
import { FilterChoices } from './filter-choices.tsx';
import './catalog.css';

/** Typing is answered when it rests this long. */
const REST_MS = 60;

/** Everything that is known to exist: components, APIs, systems, people; narrowed by filters in the address. */
export function CatalogPage() {
  const search = searchOf(useSearch({ strict: false }));
  const navigate = useNavigate();
  useCatalogChanges();
  const narrow = (next: CatalogSearch, replace = false) =>
    void navigate({ to: paths.catalog(), search: searchOf(next) as never, replace });
  return (
    <>
      <PageTitle>Catalog</PageTitle>
      <search className="filter">
        <TextSearch text={search.q ?? ''} onText={q => narrow({ ...search, q }, true)} />
        <FilterChoices search={search} onChoice={(name, value) => narrow({ ...search, [name]: value })} />
      </search>
      <EntityList filters={filtersOf(search)} text={search.q ?? ''} empty={<Nothing search={search} />} />
      <SameCommand command={catalogCommand(location.origin, search)} />
    </>
  );
}

function TextSearch({ text, onText }: { text: string; onText: (text: string) => void }) {
  const [typed, setTyped] = useState(text);
  const [sent, setSent] = useState(text);
  // The address changed otherwise: by the back button, or a link.
  if (text !== sent) {
    setSent(text);
    setTyped(text);
  }
  useEffect(() => {
    if (typed === sent) return undefined;
    const timer = setTimeout(() => {
      setSent(typed);
      onText(typed);
    }, REST_MS);
    return () => clearTimeout(timer);
  });
  return (
    <TextInput
      size="xs"
      type="search"
      label="Text"
      value={typed}
      onChange={event => setTyped(event.currentTarget.value)}
    />
  );
}

function Nothing({ search }: { search: CatalogSearch }) {
  if (Object.keys(search).length > 0)
    return <Text my="md">Nothing fits. Take a filter away, or look for another word.</Text>;
  return (
    <Text my="md">
      The catalog is empty. A repository with a <code>catalog-info.yaml</code> is read with each push, and
      every service is in it by itself.
    </Text>
  );
}
