import { Checkbox, Group, NativeSelect, Radio, Stack } from '@mantine/core';
import { isEqual } from '@slipway/api/json-schema';
import { type Choice, optionsOf, valueAt, widgetOf } from '../form.ts';
import { type FieldProps, useForm } from '../form-state.tsx';
import { useAbout } from './about.ts';

interface Props extends FieldProps {
  choices: Choice[];
}

/** One of several: a list to choose from, or buttons. Values may be of any type, so they go by their index. */
export function ChoiceField({ choices, ...props }: Props) {
  const { path, schema } = props;
  const { values, change } = useForm();
  const { 'data-autofocus': focus, ...about } = useAbout(props);
  const index = choices.findIndex(({ value }) => isEqual(value, valueAt(values, path)));
  const choose = (text: string) => change(path, text === '' ? undefined : choices[Number(text)]?.value);
  if (widgetOf(schema) === 'radio') {
    const buttons = choices.map(({ label }, at) => <Radio key={label} value={String(at)} label={label} />);
    return (
      <Radio.Group {...about} value={index < 0 ? '' : String(index)} onChange={choose}>
        {optionsOf(schema).inline === true ? (
          <Group mt="xs">{buttons}</Group>
        ) : (
          <Stack mt="xs">{buttons}</Stack>
        )}
      </Radio.Group>
    );
  }
  const data = [
    { value: '', label: 'Choose …' },
    ...choices.map(({ label }, at) => ({ value: String(at), label })),
  ];
  return (
    <NativeSelect
      {...about}
      data-autofocus={focus}
      data={data}
      value={index < 0 ? '' : String(index)}
      onChange={event => choose(event.currentTarget.value)}
    />
  );
}

/** Several of several. */
export function SeveralField({ choices, ...props }: Props) {
  const { values, change } = useForm();
  const { 'data-autofocus': _focus, ...about } = useAbout(props);
  const found = valueAt(values, props.path);
  const present = Array.isArray(found) ? (found as unknown[]) : [];
  const chosen = choices.flatMap(({ value }, at) =>
    present.some(each => isEqual(each, value)) ? [String(at)] : [],
  );
  return (
    <Checkbox.Group
      {...about}
      value={chosen}
      onChange={indexes =>
        change(
          props.path,
          choices.filter((_, at) => indexes.includes(String(at))).map(({ value }) => value),
        )
      }
    >
      <Stack mt="xs">
        {choices.map(({ label }, at) => (
          <Checkbox key={label} value={String(at)} label={label} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
