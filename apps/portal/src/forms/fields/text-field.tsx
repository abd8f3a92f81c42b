import { NumberInput, PasswordInput, Textarea, TextInput } from '@mantine/core';
import { optionsOf, textOf, valueAt, widgetOf } from '../form.ts';
import { type FieldProps, useForm } from '../form-state.tsx';
import { useAbout } from './about.ts';

const TYPES: Record<string, string> = {
  email: 'email',
  uri: 'url',
  URL: 'url',
  date: 'date',
  time: 'time',
  datetime: 'datetime-local',
  'date-time': 'datetime-local',
  color: 'color',
};

/** A text: one line, several, or one that is not shown. */
export function TextField(props: FieldProps) {
  const { schema, path } = props;
  const { values, change } = useForm();
  const widget = widgetOf(schema);
  const text = {
    ...useAbout(props),
    placeholder: textOf(schema, 'placeholder') ?? '',
    readOnly: schema['ui:readonly'] === true,
    value: String(valueAt(values, path) ?? ''),
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) =>
      change(path, currentTarget.value === '' ? schema['ui:emptyValue'] : currentTarget.value),
  };
  const { rows } = optionsOf(schema);
  if (widget === 'textarea')
    return <Textarea {...text} autosize minRows={typeof rows === 'number' ? rows : 3} maxRows={20} />;
  if (widget === 'password') return <PasswordInput {...text} autoComplete="off" />;
  const input = textOf(schema, 'inputType') ?? TYPES[widget ?? schema.format ?? ''] ?? 'text';
  return <TextInput {...text} type={input === 'datetime-local' ? 'text' : input} autoComplete="off" />;
}

export function NumberField(props: FieldProps) {
  const { schema, path } = props;
  const { values, change } = useForm();
  const value = valueAt(values, path);
  return (
    <NumberInput
      {...useAbout(props)}
      placeholder={textOf(schema, 'placeholder') ?? ''}
      value={typeof value === 'number' ? value : ''}
      step={schema.multipleOf ?? 1}
      allowDecimal={schema.type !== 'integer'}
      onChange={next => change(path, typeof next === 'number' ? next : undefined)}
    />
  );
}
