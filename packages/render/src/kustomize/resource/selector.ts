import { matchesLabels, parseLabelSelector, StatusError } from '@slipway/api';
import { RE2JS } from 're2js';
import { KustomizeError } from '../kustomize-error.ts';
import type { Resource, StringMap } from './resource.ts';
import { effectiveNamespace, type Gvk, type ResourceId } from './resource-id.ts';

/** Which resources are meant; each field is a pattern for the whole text, an absent one fits all. */
export interface Selector extends Partial<Gvk> {
  name?: string;
  namespace?: string;
  labelSelector?: string;
  annotationSelector?: string;
}

/** A pattern of Go's `regexp`. @throws KustomizeError in its words */
export function compilePattern(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new KustomizeError(
      reason.startsWith('error parsing regexp') ? reason : `error parsing regexp: ${reason}`,
    );
  }
}

function anchored(pattern: string | undefined): RE2JS | undefined {
  return pattern === undefined || pattern === '' ? undefined : compilePattern(`^(?:${pattern})$`);
}

/** A selector with its patterns compiled. */
export class SelectorPatterns {
  readonly #group: RE2JS | undefined;
  readonly #version: RE2JS | undefined;
  readonly #kind: RE2JS | undefined;
  readonly #name: RE2JS | undefined;
  readonly #namespace: RE2JS | undefined;
  readonly isEmpty: boolean;

  constructor(selector: Selector) {
    this.#group = anchored(selector.group);
    this.#version = anchored(selector.version);
    this.#kind = anchored(selector.kind);
    this.#name = anchored(selector.name);
    this.#namespace = anchored(selector.namespace);
    const { group, version, kind, name, namespace } = selector;
    this.isEmpty = !(group || version || kind || name || namespace);
  }

  fitsGvk({ group, version, kind }: Gvk): boolean {
    return fits(this.#group, group) && fits(this.#version, version) && fits(this.#kind, kind);
  }

  fitsName(name: string): boolean {
    return fits(this.#name, name);
  }

  fitsNamespace(namespace: string): boolean {
    return fits(this.#namespace, namespace);
  }

  /** The namespace as it is written, not the effective one. */
  fitsId(id: ResourceId): boolean {
    return this.fitsGvk(id) && this.fitsName(id.name) && this.fitsNamespace(id.namespace);
  }
}

function fits(pattern: RE2JS | undefined, text: string): boolean {
  return pattern === undefined || pattern.matcher(text).find();
}

/** A label selector's text against labels or annotations. @throws KustomizeError when it is none */
export function fitsLabels(selector: string | undefined, values: () => StringMap): boolean {
  if (selector === undefined || selector === '') return true;
  try {
    return matchesLabels(parseLabelSelector(selector), Object.fromEntries(values()));
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw new KustomizeError(error.message);
  }
}

/** The resources a selector means, by their first name or namespace, or the present one. */
export function selectResources(resources: readonly Resource[], selector: Selector): Resource[] {
  const patterns = new SelectorPatterns(selector);
  return resources.filter(resource => {
    const { id, originalId } = resource;
    const namespaces = [originalId, id].map(effectiveNamespace);
    if (!namespaces.some(namespace => patterns.fitsNamespace(namespace))) return false;
    if (!patterns.fitsName(originalId.name) && !patterns.fitsName(id.name)) return false;
    if (!patterns.fitsGvk(resource.gvk)) return false;
    if (!fitsLabels(selector.labelSelector, () => resource.labels())) return false;
    return fitsLabels(selector.annotationSelector, () => resource.annotations());
  });
}
