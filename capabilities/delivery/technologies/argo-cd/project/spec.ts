import type { AnyObject } from '@slipway/api';

export interface GroupKind {
  group?: string;
  kind?: string;
}

/** An entry of a cluster resource list; without `name` it means every object of the kind. */
export interface NamedGroupKind extends GroupKind {
  name?: string;
}

export interface ProjectDestination {
  server?: string;
  name?: string;
  namespace?: string;
}

export interface SyncWindow {
  kind?: string;
  /** Five cron fields. */
  schedule?: string;
  /** Go's duration. */
  duration?: string;
  applications?: string[];
  namespaces?: string[];
  clusters?: string[];
  manualSync?: boolean;
  timeZone?: string;
  andOperator?: boolean;
  description?: string;
  syncOverrun?: boolean;
}

export interface ProjectRole {
  name: string;
  description?: string;
  policies?: string[];
  groups?: string[];
  jwtTokens?: unknown[];
}

/** `spec` of an AppProject. */
export interface ProjectSpec {
  description?: string;
  sourceRepos?: string[];
  sourceNamespaces?: string[];
  destinations?: ProjectDestination[];
  clusterResourceWhitelist?: NamedGroupKind[];
  clusterResourceBlacklist?: NamedGroupKind[];
  namespaceResourceWhitelist?: GroupKind[];
  namespaceResourceBlacklist?: GroupKind[];
  orphanedResources?: { warn?: boolean; ignore?: (GroupKind & { name?: string })[] };
  permitOnlyProjectScopedClusters?: boolean;
  syncWindows?: SyncWindow[];
  roles?: ProjectRole[];
  signatureKeys?: { keyID?: string }[];
  sourceIntegrity?: unknown;
  destinationServiceAccounts?: { server?: string; namespace?: string; defaultServiceAccount?: string }[];
}

export function projectSpecOf(project: AnyObject | undefined): ProjectSpec {
  return (project?.spec ?? {}) as ProjectSpec;
}
