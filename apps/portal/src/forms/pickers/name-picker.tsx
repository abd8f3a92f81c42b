import { TextField } from '../fields/text-field.tsx';
import type { FieldProps } from '../form-state.tsx';

/** The name of an entity to be. */
export function EntityNamePicker(props: FieldProps) {
  const description = props.schema.description ?? 'Letters, digits, - _ and . (at most 63 characters).';
  return <TextField {...props} schema={{ title: 'Name', ...props.schema, description }} />;
}
