import type { Health } from '../../health/health.ts';

/** Which object, as Argo CD names it: no field stands for the core group and for no namespace. */
export interface ResourceRef {
  group?: string;
  version?: string;
  kind: string;
  namespace?: string;
  name: string;
  uid?: string;
}

/** How traffic finds its way between nodes. */
export interface NetworkingInfo {
  targetLabels?: Record<string, string>;
  targetRefs?: ResourceRef[];
  labels?: Record<string, string>;
  ingress?: { hostname?: string; ip?: string }[];
  externalURLs?: string[];
}

/** A live object in the tree of an Application. */
export interface ResourceNode extends ResourceRef {
  parentRefs?: ResourceRef[];
  info?: { name: string; value: string }[];
  networkingInfo?: NetworkingInfo;
  resourceVersion?: string;
  images?: string[];
  health?: Health;
  createdAt?: string;
}

export interface ApplicationTree {
  nodes: ResourceNode[];
  orphanedNodes?: ResourceNode[];
}
