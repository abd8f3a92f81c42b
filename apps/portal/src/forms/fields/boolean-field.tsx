import { Checkbox } from '@mantine/core';
import { valueAt } from '../form.ts';
import { type FieldProps, useForm } from '../form-state.tsx';
import { useAbout } from './about.ts';

export function BooleanField(props: FieldProps) {
  const { values, change } = useForm();
  const { required: _required, ...about } = useAbout(props);
  return (
    <Checkbox
      {...about}
      checked={valueAt(values, props.path) === true}
      onChange={event => change(props.path, event.currentTarget.checked)}
    />
  );
}
