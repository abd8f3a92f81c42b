import { Button, Fieldset, Group, Stack, Text } from '@mantine/core';
import { type JsonSchema, withDefaults } from '@slipway/api/json-schema';
import { labelOf, optionsOf, valueAt } from '../form.ts';
import { type FieldProps, useForm } from '../form-state.tsx';

/** A list whose items can be added, put in order and removed, as far as `ui:options` allows. */
export function ListField({ path, name, schema }: FieldProps) {
  const { values, change, problemAt, scope, Field } = useForm();
  const { addable = true, orderable = true, removable = true } = optionsOf(schema);
  const found = valueAt(values, path);
  const list = Array.isArray(found) ? (found as unknown[]) : [];
  const itemAt = (index: number): JsonSchema =>
    Array.isArray(schema.items)
      ? (schema.items[index] ?? (schema.additionalItems as JsonSchema | undefined) ?? {})
      : (schema.items ?? {});
  const swap = (a: number, b: number) => {
    const next = [...list];
    [next[a], next[b]] = [next[b], next[a]];
    change(path, next);
  };
  const empty = itemAt(list.length);
  const full = schema.maxItems !== undefined && list.length >= schema.maxItems;
  const label = labelOf(schema, name);
  const problem = problemAt(path);
  return (
    <Fieldset legend={label}>
      <Stack>
        {schema.description ? <Text c="dimmed">{schema.description}</Text> : null}
        {list.map((_item, index) => {
          const own = itemAt(index);
          const title = `${own.title ?? label} ${index + 1}`;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: items have no identity but their place.
            <div key={index} className="list-item">
              <Field
                path={[...path, index]}
                name={title}
                schema={{ 'ui:emptyValue': '', ...own, title }}
                required={false}
              />
              <Group gap="xs" mt="xs">
                {orderable === true && index > 0 ? (
                  <ItemButton what="Move up" title={title} onClick={() => swap(index, index - 1)} />
                ) : null}
                {orderable === true && index < list.length - 1 ? (
                  <ItemButton what="Move down" title={title} onClick={() => swap(index, index + 1)} />
                ) : null}
                {removable === true ? (
                  <ItemButton
                    what="Remove"
                    title={title}
                    onClick={() => change(path, list.toSpliced(index, 1))}
                  />
                ) : null}
              </Group>
            </div>
          );
        })}
        {problem ? <Text c="red">{problem}</Text> : null}
        {addable === true && !full ? (
          <div>
            <Button
              variant="default"
              size="compact-sm"
              onClick={() =>
                change([...path], [...list, withDefaults(undefined, empty, scope) ?? emptyOf(empty)])
              }
            >
              Add {empty.title ?? label}
            </Button>
          </div>
        ) : null}
      </Stack>
    </Fieldset>
  );
}

function ItemButton({ what, title, onClick }: { what: string; title: string; onClick: () => void }) {
  return (
    <Button variant="default" size="compact-xs" onClick={onClick} aria-label={`${what}: ${title}`}>
      {what}
    </Button>
  );
}

/** What a new item begins as, so that it stands in the list before anything is typed. */
function emptyOf({ type, properties, items }: JsonSchema): unknown {
  if (type === 'object' || properties) return {};
  if (type === 'array' || items) return [];
  if (type === 'boolean') return false;
  return type === 'number' || type === 'integer' ? 0 : '';
}
