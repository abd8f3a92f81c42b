import { KustomizeError } from '../kustomize-error.ts';
import { stringifyJson } from '../resource/json-text.ts';
import type { Resource } from '../resource/resource.ts';
import { idText } from '../resource/resource-id.ts';
import { ResourceSet } from '../resource/resource-set.ts';
import type { Plugin } from './plugins.ts';

const VALIDATED_BY = 'validated-by';

/** Runs a validator, which may look at resources and label them, not change them. @throws KustomizeError */
export function validate(set: ResourceSet, plugin: Plugin): void {
  if (!('transform' in plugin)) throw new KustomizeError('plugin not a transformer');
  const before = set.list.map(resource => ({ id: resource.id, text: textOf(resource) }));
  const shown = new ResourceSet();
  shown.list = [...set.list];
  plugin.transform(shown);
  const refuse = (problem: string): KustomizeError =>
    new KustomizeError(`validator shouldn't modify the resource map: ${problem}`);
  if (shown.list.length !== before.length)
    throw refuse(`lists have different number of entries: ${before.length} and ${shown.list.length}`);
  for (const [at, { id, text }] of before.entries()) {
    const resource = set.list[at];
    if (resource && withoutMark(resource) !== text) throw refuse(`nodes unequal: ${idText(id)}`);
  }
}

function textOf(resource: Resource): string {
  return stringifyJson(resource.value());
}

function withoutMark(resource: Resource): string {
  const copy = resource.copy();
  const labels = copy.labels();
  if (labels.delete(VALIDATED_BY)) copy.setLabels(labels);
  return textOf(copy);
}
