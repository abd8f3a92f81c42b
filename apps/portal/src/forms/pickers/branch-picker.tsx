import { Repository } from '@slipway/kinds';
import { useLive } from '../../api/live.ts';
import { useAbout } from '../fields/about.ts';
import { valueAt } from '../form.ts';
import { type FieldProps, useForm } from '../form-state.tsx';
import { readRepoUrl } from './repo-url.ts';
import { SuggestedInput } from './suggested-input.tsx';

/** A branch of the repository that the form names in `repoUrl`. */
export function BranchPicker(props: FieldProps) {
  const { values, change } = useForm();
  const { owner, repo } = readRepoUrl(values.repoUrl);
  const { items = [] } = useLive(Repository, { namespace: `team-${owner || 'default'}` });
  const found = items.find(({ spec }) => spec.owner === owner && spec.name === repo);
  const branches = Object.keys(found?.status?.branches ?? {});
  return (
    <SuggestedInput
      about={useAbout(props)}
      options={branches.map(name => ({ value: name, label: name }))}
      free
      value={String(valueAt(values, props.path) ?? '')}
      onChange={next => change(props.path, next)}
    />
  );
}
