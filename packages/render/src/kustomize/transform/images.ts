import type { RE2JS } from 're2js';
import type { FieldSpec } from '../config/field-spec.ts';
import type { ImageArgs } from '../kustomization/kustomization.ts';
import { elementsOf, getField, requireKind } from '../node/lookup.ts';
import { entriesOf, type YNode } from '../node/y-node.ts';
import { compilePattern } from '../resource/selector.ts';
import { filterFields } from './field-filter.ts';
import { entrySetter } from './set-entry.ts';
import type { Transformer } from './transformer.ts';

const LISTS = ['containers', 'initContainers'];

/** One entry of `images`: first in every list of containers anywhere, then in the fields that the specs name. */
export function imageTransformer(image: ImageArgs, specs: FieldSpec[]): Transformer {
  // The name is a pattern upstream, too: `.` fits any sign.
  const pattern = compilePattern(`^${image.name ?? ''}(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`);
  const set = (node: YNode): void => updateImage(node, image, pattern);
  return resources => {
    for (const { node, kind } of resources.list)
      if (node && kind !== 'CustomResourceDefinition') walk(node, set);
    resources.dropEmpty();
    for (const { node, kind } of resources.list)
      if (node && kind !== 'CustomResourceDefinition') filterFields(node, specs, { set });
    resources.dropEmpty();
  };
}

function walk(node: YNode, set: (node: YNode) => void): void {
  if (node.tag === '!!null') return;
  if (node.kind === 'seq') for (const element of elementsOf(node)) walk(element, set);
  if (node.kind !== 'map') return;
  for (const [key, value] of [...entriesOf(node)]) {
    walk(value, set);
    if (!LISTS.includes(key.value) || value.kind !== 'seq') continue;
    for (const container of elementsOf(value)) {
      const field = getField(container, 'image');
      if (field) set(field);
    }
  }
}

function updateImage(node: YNode, image: ImageArgs, pattern: RE2JS): void {
  requireKind(node, 'scalar');
  if (!pattern.matcher(node.value).find()) return;
  entrySetter('', changedImage(node.value, image), '')(node);
}

/** The image with another name, tag or digest; a new tag or digest replaces both. */
function changedImage(value: string, { newName, newTag, digest, tagSuffix }: ImageArgs): string {
  const parts = splitImage(value);
  const name = newName || parts.name;
  if (newTag || digest) return joined(name, newTag ?? '', digest ?? '');
  return tagSuffix ? joined(name, parts.tag + tagSuffix, '') : joined(name, parts.tag, parts.digest);
}

function joined(name: string, tag: string, digest: string): string {
  return `${name}${tag === '' ? '' : `:${tag}`}${digest === '' ? '' : `@${digest}`}`;
}

function splitImage(image: string): { name: string; tag: string; digest: string } {
  const slash = Math.max(image.indexOf('/'), 0);
  const at = image.indexOf('@', slash);
  const colon = image.indexOf(':', slash);
  if (at < 0 && colon < 0) return { name: image, tag: '', digest: '' };
  if (at >= 0 && (at < colon || colon < 0))
    return { name: image.slice(0, at), tag: '', digest: image.slice(at + 1) };
  if (at >= 0)
    return { name: image.slice(0, colon), tag: image.slice(colon + 1, at), digest: image.slice(at + 1) };
  return { name: image.slice(0, colon), tag: image.slice(colon + 1), digest: '' };
}
