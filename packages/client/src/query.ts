import { labelSelectorText } from '@slipway/api';
import type { ListOptions, WatchOptions, WriteOptions } from './client.ts';

type Query = Record<string, string>;

/** Query of a list, as `metav1.ListOptions`. */
export function listQuery(options: ListOptions): Query {
  return {
    ...selectorQuery(options),
    ...(options.limit === undefined ? {} : { limit: String(options.limit) }),
    ...(options.continue ? { continue: options.continue } : {}),
    ...(options.resourceVersion ? { resourceVersion: options.resourceVersion } : {}),
  };
}

/** Query of a watch; `sendInitialEvents` asks for WatchList, which demands `NotOlderThan`. */
export function watchQuery(options: WatchOptions): Query {
  const initial = { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' };
  return {
    watch: 'true',
    allowWatchBookmarks: 'true',
    ...selectorQuery(options),
    ...(options.resourceVersion ? { resourceVersion: options.resourceVersion } : {}),
    ...(options.sendInitialEvents ? initial : {}),
  };
}

/** Query of a create, update, patch or apply. */
export function writeQuery(options: WriteOptions): Query {
  return {
    ...(options.dryRun ? { dryRun: 'All' } : {}),
    ...(options.fieldManager ? { fieldManager: options.fieldManager } : {}),
    ...(options.fieldValidation ? { fieldValidation: options.fieldValidation } : {}),
  };
}

function selectorQuery({ labelSelector, fieldSelector }: ListOptions): Query {
  const labels = typeof labelSelector === 'object' ? labelSelectorText(labelSelector) : labelSelector;
  return {
    ...(labels ? { labelSelector: labels } : {}),
    ...(fieldSelector ? { fieldSelector } : {}),
  };
}
