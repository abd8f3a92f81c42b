import type { CustomResourceDefinition } from '../custom-resource.ts';

/** A generated table: CRDs whose equal parts are stored once. `{"$": n}` stands for `nodes[n]`. */
interface DefinitionTable {
  definitions: unknown[];
  nodes: unknown[];
}

/** CRDs of Argo CD: Application, ApplicationSet, AppProject. */
export async function argoCdDefinitions(): Promise<CustomResourceDefinition[]> {
  return expand((await import('./argo-cd.generated.json', { with: { type: 'json' } })).default);
}

/** CRDs of Argo Workflows: Workflow, WorkflowTemplate, ClusterWorkflowTemplate, CronWorkflow, … */
export async function argoWorkflowsDefinitions(): Promise<CustomResourceDefinition[]> {
  return expand((await import('./argo-workflows.generated.json', { with: { type: 'json' } })).default);
}

/** CRDs of cert-manager: Certificate, CertificateRequest, Issuer, ClusterIssuer, Order, Challenge. */
export async function certManagerDefinitions(): Promise<CustomResourceDefinition[]> {
  return expand((await import('./cert-manager.generated.json', { with: { type: 'json' } })).default);
}

/** CRDs of Gateway API: GatewayClass, Gateway, HTTPRoute, GRPCRoute, ReferenceGrant, … */
export async function gatewayApiDefinitions(): Promise<CustomResourceDefinition[]> {
  return expand((await import('./gateway-api.generated.json', { with: { type: 'json' } })).default);
}

/** Parts that stand in several places are one value in memory: read them, never change them. */
function expand({ definitions, nodes }: DefinitionTable): CustomResourceDefinition[] {
  const expanded: unknown[] = [];
  for (const node of nodes) expanded.push(linked(node, expanded));
  return definitions.map(definition => linked(definition, expanded) as CustomResourceDefinition);
}

/** A node refers only to nodes before it. */
function linked(value: unknown, nodes: unknown[]): unknown {
  if (Array.isArray(value)) return value.map(part => linked(part, nodes));
  if (typeof value !== 'object' || value === null) return value;
  const place = (value as { $?: number }).$;
  if (place !== undefined) return nodes[place];
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, linked(part, nodes)]));
}
