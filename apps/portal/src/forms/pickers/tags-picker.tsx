import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { findFacets } from '../../api/catalog.ts';
import { useAbout } from '../fields/about.ts';
import { optionsOf, valueAt } from '../form.ts';
import { type FieldProps, useForm } from '../form-state.tsx';

/** A tag as the catalog takes it. */
const TAG = /^[a-z0-9:+#]+(-[a-z0-9:+#]+)*$/;

/** Tags, with those that the catalog has as suggestions. */
export function TagsPicker(props: FieldProps) {
  const { schema, path } = props;
  const { values, change } = useForm();
  const list = useId();
  const [typed, setTyped] = useState('');
  const about = useAbout(props);
  const { kinds, showCounts } = optionsOf(schema);
  const known = useKnownTags(Array.isArray(kinds) ? kinds.map(String) : []);
  const found = valueAt(values, path);
  const tags = Array.isArray(found) ? (found as string[]) : [];
  const next = typed.trim().toLowerCase();
  const wrong = next !== '' && (!TAG.test(next) || next.length > 63);
  const add = () => {
    if (next === '' || wrong) return;
    if (!tags.includes(next)) change(path, [...tags, next]);
    setTyped('');
  };
  return (
    <Stack gap="xs">
      <Group align="end" gap="xs">
        <TextInput
          {...about}
          error={wrong ? 'Lower-case letters, digits, : + # joined by -' : about.error}
          value={typed}
          list={list}
          onChange={event => setTyped(event.currentTarget.value)}
          onKeyDown={event => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            add();
          }}
        />
        <Button variant="default" onClick={add} disabled={next === '' || wrong}>
          Add tag
        </Button>
      </Group>
      <datalist id={list}>
        {known.map(({ value, count }) => (
          <option key={value} value={value}>
            {showCounts === true ? `${value} (${count})` : value}
          </option>
        ))}
      </datalist>
      <Group gap="xs">
        {tags.length === 0 ? <Text c="dimmed">No tags yet.</Text> : null}
        {tags.map(tag => (
          <Button
            key={tag}
            size="compact-sm"
            variant="default"
            aria-label={`Remove tag ${tag}`}
            onClick={() =>
              change(
                path,
                tags.filter(each => each !== tag),
              )
            }
          >
            {tag} ×
          </Button>
        ))}
      </Group>
    </Stack>
  );
}

function useKnownTags(kinds: string[]): { value: string; count: number }[] {
  const { data = [] } = useQuery({
    queryKey: ['form-tags', kinds],
    staleTime: 30_000,
    queryFn: async ({ signal }) => {
      const filters = kinds.map(kind => `kind=${kind}`);
      return (await findFacets(['metadata.tags'], filters, signal))['metadata.tags'] ?? [];
    },
  });
  return data;
}
