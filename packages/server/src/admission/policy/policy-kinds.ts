import type { KubeObject, LabelSelector } from '@slipway/api';

// The parts of admissionregistration.k8s.io/v1 that policies consist of.

export interface NamedRule {
  apiGroups?: string[];
  apiVersions?: string[];
  operations?: string[];
  resources?: string[];
  resourceNames?: string[];
  scope?: '*' | 'Cluster' | 'Namespaced';
}

export interface MatchResources {
  namespaceSelector?: LabelSelector;
  objectSelector?: LabelSelector;
  resourceRules?: NamedRule[];
  excludeResourceRules?: NamedRule[];
  matchPolicy?: 'Exact' | 'Equivalent';
}

export interface MatchCondition {
  name: string;
  expression: string;
}

interface PolicySpec {
  paramKind?: { apiVersion: string; kind: string };
  matchConstraints?: MatchResources;
  matchConditions?: MatchCondition[];
  variables?: { name: string; expression: string }[];
  failurePolicy?: 'Fail' | 'Ignore';
}

export interface Validation {
  expression: string;
  message?: string;
  messageExpression?: string;
  reason?: 'Unauthorized' | 'Forbidden' | 'Invalid' | 'RequestEntityTooLarge';
}

export interface ValidatingPolicy extends KubeObject {
  spec: PolicySpec & {
    validations?: Validation[];
    auditAnnotations?: { key: string; valueExpression: string }[];
  };
}

export interface Mutation {
  patchType: 'ApplyConfiguration' | 'JSONPatch';
  applyConfiguration?: { expression: string };
  jsonPatch?: { expression: string };
}

export interface MutatingPolicy extends KubeObject {
  spec: PolicySpec & { mutations?: Mutation[]; reinvocationPolicy?: string };
}

export interface PolicyBinding extends KubeObject {
  spec: {
    policyName: string;
    paramRef?: {
      name?: string;
      namespace?: string;
      selector?: LabelSelector;
      parameterNotFoundAction?: 'Allow' | 'Deny';
    };
    matchResources?: MatchResources;
    validationActions?: ('Deny' | 'Warn' | 'Audit')[];
  };
}

export type Policy = ValidatingPolicy | MutatingPolicy;
