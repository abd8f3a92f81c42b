import { useAbout } from '../fields/about.ts';
import { valueAt } from '../form.ts';
import { type FieldProps, useForm } from '../form-state.tsx';
import { useTeams } from './entities.ts';
import { SuggestedInput } from './suggested-input.tsx';

/** One of the teams that the signed-in person is a member of. */
export function MyGroupsPicker(props: FieldProps) {
  const { values, change } = useForm();
  const { mine } = useTeams();
  return (
    <SuggestedInput
      about={useAbout(props)}
      options={mine.map(name => ({ value: `group:default/${name}`, label: name }))}
      free={false}
      value={String(valueAt(values, props.path) ?? '')}
      onChange={next => change(props.path, next)}
    />
  );
}
