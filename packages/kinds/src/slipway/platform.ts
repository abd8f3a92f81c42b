import type { Condition, Kind, KubeObject } from '@slipway/api';
import { anything, definitionOf, listOf, object, text } from '../custom-resource.ts';

/** The running definition. One object, named as the definition's metadata.name. */
export interface Platform extends KubeObject {
  spec: Record<string, unknown>;
  status?: {
    observedGeneration?: number;
    conditions?: Condition[];
    ready?: boolean;
    /** The round of probes that somebody asked for last, and what did not answer in it. */
    probe?: { mark: string; failed: string[] };
  };
}
export const Platform: Kind<Platform> = {
  group: 'slipway.dev',
  version: 'v1alpha1',
  kind: 'Platform',
  plural: 'platforms',
  namespaced: false,
};
export const platformDefinition = definitionOf(Platform, {
  spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  columns: [{ name: 'Ready', type: 'boolean', jsonPath: '.status.ready' }],
});

/** One technology in this platform; named by its id. Conditions: Synced, Healthy, Probed. */
export interface Component extends KubeObject {
  spec: {
    technology: string;
    title?: string;
    /** What it is for, in one sentence. */
    purpose?: string;
    capabilities: string[];
    engine: 'embedded' | 'upstream' | 'existing' | 'built-in';
    parameters?: Record<string, unknown>;
    /** Of the tool, as the lock has it; of `upstream`. */
    version?: string;
    /** Pages that people open; `signIn` is where the tool begins a sign-in and comes back signed in. */
    links?: { title: string; url: string; signIn?: string }[];
  };
  status?: {
    conditions?: Condition[];
    address?: string;
    version?: string;
    probes?: {
      capability: string;
      name: string;
      healthy: boolean;
      message: string;
      ms: number;
      time: string;
    }[];
    /** Everything that was applied for it, or is about to be: what goes with it. Written before it is made. */
    inventory?: InventoryEntry[];
    /** Of what was applied last, when all of it was. */
    digest?: string;
  };
}

/** One object of an inventory. */
export interface InventoryEntry {
  apiVersion: string;
  kind: string;
  namespace?: string;
  name: string;
  /** Digest of what was applied, and the generation (or version) the server answered with. */
  mark?: string;
  /** It has the delivery tool follow the component's folder: it goes before what it would bring back. */
  follows?: boolean;
}
export const Component: Kind<Component> = {
  group: 'slipway.dev',
  version: 'v1alpha1',
  kind: 'Component',
  plural: 'components',
  namespaced: false,
};
export const componentDefinition = definitionOf(Component, {
  spec: object(
    {
      technology: text,
      title: text,
      purpose: text,
      capabilities: listOf(text),
      engine: text,
      parameters: anything,
      version: text,
      links: listOf(object({ title: text, url: text, signIn: text }, ['title', 'url'])),
    },
    ['technology', 'engine'],
  ),
  columns: [
    { name: 'Engine', type: 'string', jsonPath: '.spec.engine' },
    { name: 'Healthy', type: 'string', jsonPath: '.status.conditions[?(@.type=="Healthy")].status' },
    { name: 'Probed', type: 'string', jsonPath: '.status.conditions[?(@.type=="Probed")].status' },
  ],
});

/** A stage. The first one (lowest order) follows every successful build. */
export interface Environment extends KubeObject {
  spec: {
    order: number;
    promotion?: {
      from: string;
      /** `{ approval: { group, count, selfApproval } }`, `{ checks: [name] }`. */
      requires?: unknown[];
      /** What a rollback needs instead; absent: the same. */
      rollback?: { requires: unknown[] };
    };
  };
  status?: { conditions?: Condition[] };
}
export const Environment: Kind<Environment> = {
  group: 'slipway.dev',
  version: 'v1alpha1',
  kind: 'Environment',
  plural: 'environments',
  namespaced: false,
};
export const environmentDefinition = definitionOf(Environment, {
  spec: object({ order: { type: 'integer' }, promotion: anything }, ['order']),
  columns: [{ name: 'Order', type: 'integer', jsonPath: '.spec.order' }],
  shortNames: ['env'],
});

/** People who own services together; compiled to namespaces and RoleBindings. Members: `user:ada`, `group:payments`. */
export interface Team extends KubeObject {
  spec: { members?: string[]; may?: (string | Record<string, string[]>)[] };
  status?: { conditions?: Condition[]; namespaces?: string[] };
}
export const Team: Kind<Team> = {
  group: 'slipway.dev',
  version: 'v1alpha1',
  kind: 'Team',
  plural: 'teams',
  namespaced: false,
};
export const teamDefinition = definitionOf(Team, {
  spec: object({ members: listOf(text), may: listOf(anything) }),
});
