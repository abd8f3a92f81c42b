import { PasswordInput } from '@mantine/core';
import { useAbout } from '../fields/about.ts';
import { type FieldProps, useForm } from '../form-state.tsx';

/** A secret: templates read it as `secrets.<name>`. The form’s values hold as many stars; drafts hold nothing. */
export function SecretField(props: FieldProps) {
  const { change, secrets, setSecret } = useForm();
  const name = String(props.path.at(-1));
  return (
    <PasswordInput
      {...useAbout(props)}
      autoComplete="off"
      value={secrets[name] ?? ''}
      onChange={({ currentTarget: { value } }) => {
        setSecret(name, value);
        change(props.path, value === '' ? undefined : '*'.repeat(value.length));
      }}
    />
  );
}
