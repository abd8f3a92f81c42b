import type { AnyObject } from '@slipway/api';
import type { RunFacts } from '../actions/action.ts';

/** On what a run made stands which one: what lacks it was made by somebody else and is never removed. */
export const MADE_BY = 'slipway.dev/template-run';

/** The object with the run's name on it. */
export function marked(object: AnyObject, { metadata }: RunFacts): AnyObject {
  const annotations = { ...object.metadata?.annotations, [MADE_BY]: metadata.uid };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
