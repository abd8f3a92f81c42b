import { labelOf, optionsOf, textOf } from '../form.ts';
import { type FieldProps, useForm } from '../form-state.tsx';

/** What stands around any input: label, description, help, what is wrong. */
export function useAbout({ path, name, schema, required }: FieldProps) {
  const { problemAt } = useForm();
  const description = [textOf(schema, 'description') ?? schema.description, textOf(schema, 'help')]
    .filter(Boolean)
    .join(' ');
  return {
    name: path.join('.'),
    label: labelOf(schema, name),
    description: description || undefined,
    error: problemAt(path),
    required,
    disabled: schema['ui:disabled'] === true || optionsOf(schema).disabled === true,
    // Only the first one asked for; a page’s script may not scroll people about.
    'data-autofocus': schema['ui:autofocus'] === true || undefined,
  };
}
