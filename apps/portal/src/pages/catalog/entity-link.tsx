import { Link } from '@tanstack/react-router';
import { paths } from '../../paths.ts';
import { referenceOf, shortReference } from './reference.ts';

interface Props {
  /** `[kind:][namespace/]name` */
  text: string;
  /** Kind when the text names none; it is not said then. */
  kind?: string;
  namespace?: string;
}

/** An entity by its reference; a text that is none stands as it is. */
export function EntityLink({ text, kind, namespace }: Props) {
  const reference = referenceOf(text, { ...(kind ? { kind } : {}), ...(namespace ? { namespace } : {}) });
  if (!reference) return text;
  return (
    <Link to={paths.entity(reference.kind, reference.namespace, reference.name)}>
      {shortReference(reference, kind)}
    </Link>
  );
}
