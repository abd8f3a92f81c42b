import { Problem } from '../../ui/notice.tsx';
import { labelOf } from '../form.ts';
import type { FieldProps } from '../form-state.tsx';

/** A field that is not known here is refused by name: to leave it out silently would make something else. */
export function Unknown({ schema, name, required, what }: FieldProps & { what: string }) {
  return (
    <Problem title={`${labelOf(schema, name)} cannot be shown`}>
      The template asks for {what}, which this portal does not have.{' '}
      {required
        ? 'The field is required, so the form cannot be sent; ask the template’s owner, or start the run with the value in a terminal.'
        : 'The field is not required and is left out.'}
    </Problem>
  );
}
