import type { Kind, KubeObject } from '@slipway/api';
import { anything, definitionOf, listOf, object, text } from '../custom-resource.ts';

/** One capability of the map, named by its id: what may be chosen for it, with guidance. What runs is in Components. */
export interface Capability extends KubeObject {
  spec: {
    title: string;
    /** One sentence: what people get. */
    purpose: string;
    /** `one` technology at a time, or `many` side by side. */
    choice: 'one' | 'many';
    /** Kinds through which others meet it, as `Kind.group/version`. */
    kinds: string[];
    technologies: CapabilityTechnology[];
    /** Place on the map, from 1. */
    order: number;
  };
}

/** Knowledge that helps to choose; data that anyone may propose changes to. */
export interface Guidance {
  purpose: string;
  licence: string;
  cncf: 'graduated' | 'incubating' | 'sandbox' | 'archived' | 'none';
  maintenance: string;
  chooseWhen: string;
  avoidWhen: string;
  switching: string;
  homepage: string;
  /** Day these words were last checked, `YYYY-MM-DD`. */
  asOf: string;
}

export interface CapabilityTechnology {
  id: string;
  title: string;
  /** False: refused in a definition without a cluster as its target. */
  runs: boolean;
  /** Where it can be chosen, in words: `embedded, on a cluster (3.5.1, 3.4.7)`, `guidance only`. */
  where: string;
  guidance: Guidance;
}

export const Capability: Kind<Capability> = {
  group: 'slipway.dev',
  version: 'v1alpha1',
  kind: 'Capability',
  plural: 'capabilities',
  namespaced: false,
};
export const capabilityDefinition = definitionOf(Capability, {
  spec: object(
    {
      title: text,
      purpose: text,
      choice: { type: 'string', enum: ['one', 'many'] },
      kinds: listOf(text),
      technologies: listOf(anything),
      order: { type: 'integer' },
    },
    ['title', 'choice', 'technologies'],
  ),
  columns: [
    { name: 'Title', type: 'string', jsonPath: '.spec.title' },
    { name: 'Choice', type: 'string', jsonPath: '.spec.choice' },
  ],
});
