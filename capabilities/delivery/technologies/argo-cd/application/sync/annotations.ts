import type { AnyObject } from '@slipway/api';

export const SYNC_OPTIONS = 'argocd.argoproj.io/sync-options';
export const COMPARE_OPTIONS = 'argocd.argoproj.io/compare-options';

/** The values of an annotation that holds a list, each once. */
export function annotationList(object: AnyObject | undefined, annotation: string): string[] {
  const text = object?.metadata.annotations?.[annotation] ?? '';
  return [...new Set(text.split(',').map(each => each.trim()))].filter(each => each !== '');
}

export function hasOption(object: AnyObject | undefined, annotation: string, option: string): boolean {
  return annotationList(object, annotation).includes(option);
}

/** The value of `key=value` among options; undefined when there is none. */
export function optionValue(options: string[], key: string): string | undefined {
  return options.find(option => option.startsWith(`${key}=`))?.slice(key.length + 1);
}

/** What an object's own options say of a key, else what those of the operation or Application say. */
export function ownOption(
  object: AnyObject | undefined,
  key: string,
  defaults: string[],
): string | undefined {
  return optionValue(annotationList(object, SYNC_OPTIONS), key) ?? optionValue(defaults, key);
}
