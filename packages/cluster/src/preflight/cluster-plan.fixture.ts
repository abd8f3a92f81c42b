import { createHash } from 'node:crypto';
import type { AnyObject } from '@slipway/api';
import { emptyLock } from '@slipway/definition';
import { type ClusterComponent, type ClusterPlan, COMPONENT_LABEL, PLATFORM_LABEL } from '../plan-cluster.ts';

/** A component of a plan that was made by hand. */
export function componentOf(
  id: string,
  objects: AnyObject[],
  more: Partial<ClusterComponent> = {},
): ClusterComponent {
  const isDefinition = ({ kind }: AnyObject) => kind === 'CustomResourceDefinition' || kind === 'Namespace';
  const steps = {
    definitions: objects.filter(isDefinition),
    wishes: [],
    tool: objects.filter(object => !isDefinition(object)),
    configuration: [],
  };
  const component: ClusterComponent = {
    id,
    engine: 'upstream',
    version: '1.0.0',
    after: [],
    steps,
    hooks: { before: [], after: [] },
    probes: [],
    needs: {},
    digest: '',
    ...more,
  };
  return { ...component, digest: createHash('sha256').update(JSON.stringify(component)).digest('hex') };
}

/** A plan of these components, labelled as a real one. */
export function planOf(
  components: ClusterComponent[],
  platform = 'acme',
  base: AnyObject[] = [],
): ClusterPlan {
  const label = (id: string) => (object: AnyObject) => ({
    ...object,
    metadata: {
      ...object.metadata,
      labels: { ...object.metadata.labels, [PLATFORM_LABEL]: platform, [COMPONENT_LABEL]: id },
    },
  });
  const labelled = components.map(component => {
    const { definitions, wishes, tool, configuration } = component.steps;
    const mark = label(component.id);
    const steps = {
      definitions: definitions.map(mark),
      wishes: wishes.map(mark),
      tool: tool.map(mark),
      configuration: configuration.map(mark),
    };
    return { ...component, steps };
  });
  return { platform, base: base.map(label('')), components: labelled, lock: emptyLock() };
}

/** A CRD whose kind has a text `spec.size`, in these versions; the first one is stored. */
export function definitionOfKind(kind: string, group: string, versions = ['v1']): AnyObject {
  const plural = `${kind.toLowerCase()}s`;
  const openAPIV3Schema = {
    type: 'object',
    properties: { spec: { type: 'object', properties: { size: { type: 'string' } } } },
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: versions.map((name, index) => ({
        name,
        served: true,
        storage: index === 0,
        schema: { openAPIV3Schema },
      })),
    },
  };
}

/** The platform's own kinds and objects, as a real plan begins with them. */
export function baseOf(
  definitions: object[],
  components: ClusterComponent[],
  platform = 'acme',
): AnyObject[] {
  const own = { apiVersion: 'slipway.dev/v1alpha1' };
  return [
    ...(definitions as AnyObject[]),
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'slipway-system' } },
    { ...own, kind: 'Platform', metadata: { name: platform }, spec: {} },
    ...components.map(({ id, version }) => ({
      ...own,
      kind: 'Component',
      metadata: { name: id },
      spec: { technology: id, capabilities: [], engine: 'upstream', version },
    })),
  ];
}
