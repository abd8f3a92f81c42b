import { type Build, CREATED_BY } from '@slipway/kinds';
import type { ProvenanceFacts } from '../../../../signing/provenance.ts';

/** Who asked for a build, for its provenance. */
export type BuildOrigin = Pick<ProvenanceFacts, 'build' | 'requestedBy' | 'workflow'>;

/** The Workflow is the owner that the pipeline's step set; the creator is what the API recorded. */
export function originOf({ metadata }: Build): BuildOrigin {
  const { namespace = '', name = '', uid = '', annotations, ownerReferences } = metadata;
  const run = ownerReferences?.find(({ kind }) => kind === 'Workflow');
  const requestedBy = creatorOf(annotations?.[CREATED_BY]);
  return {
    build: { namespace, name, uid },
    ...(requestedBy ? { requestedBy } : {}),
    ...(run ? { workflow: { name: run.name, uid: run.uid } } : {}),
  };
}

function creatorOf(annotation: string | undefined): string | undefined {
  if (annotation === undefined) return undefined;
  const { username } = JSON.parse(annotation) as { username?: string };
  return username;
}
