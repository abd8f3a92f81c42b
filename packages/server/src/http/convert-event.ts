import type { KubeObject } from '@slipway/api';

type Fields = KubeObject & Record<string, unknown>;

/** Fields of core/v1 and their names in events.k8s.io/v1 (kubernetes/pkg/apis/core/v1/conversion for Event). */
const NAMES: [core: string, events: string][] = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
  ['reportingComponent', 'reportingController'],
];

/** An Event between `v1` and `events.k8s.io/v1`, which are two shapes of one stored object. */
export function convertEvent(object: KubeObject, apiVersion: string): KubeObject {
  const toCore = apiVersion === 'v1';
  const converted: Fields = { ...object, apiVersion };
  for (const [core, events] of NAMES) {
    const [from, to] = toCore ? [events, core] : [core, events];
    if (!(from in converted)) continue;
    // Empty texts stand in core events only.
    if (toCore || converted[from] !== '') converted[to] = converted[from];
    delete converted[from];
  }
  if (!toCore && converted.reportingInstance === '') delete converted.reportingInstance;
  return converted;
}
