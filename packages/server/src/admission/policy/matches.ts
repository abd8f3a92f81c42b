import { type LabelSelector, matchesLabels, requirementsOf } from '@slipway/api';
import type { AdmissionCall } from '../../http/seams.ts';
import type { MatchResources, NamedRule } from './policy-kinds.ts';

type Labels = Readonly<Record<string, string>> | undefined;

/** Whether these constraints mean this write; absent ones mean every write. */
export function matchesResources(
  call: AdmissionCall,
  constraints: MatchResources | undefined,
  namespaceLabels: Labels,
): boolean {
  if (!constraints) return true;
  const { resourceRules = [], excludeResourceRules = [], matchPolicy } = constraints;
  const exact = matchPolicy === 'Exact';
  if (excludeResourceRules.some(rule => matchesRule(call, rule, exact))) return false;
  if (resourceRules.length > 0 && !resourceRules.some(rule => matchesRule(call, rule, exact))) return false;
  return (
    selectsNamespace(call, constraints.namespaceSelector, namespaceLabels) &&
    selectsObject(call, constraints.objectSelector)
  );
}

function matchesRule(call: AdmissionCall, rule: NamedRule, exact: boolean): boolean {
  const { kind } = call.info;
  const { apiGroups = [], apiVersions = [], operations = [], resources = [], resourceNames = [] } = rule;
  return (
    has(operations, call.operation) &&
    has(apiGroups, kind.group) &&
    // Two versions of one resource are the same request.
    (!exact || has(apiVersions, kind.version)) &&
    resources.some(pattern => matchesResource(pattern, kind.plural, call.subresource)) &&
    (resourceNames.length === 0 || resourceNames.includes(call.name)) &&
    inScope(rule.scope, call)
  );
}

function has(list: string[], value: string): boolean {
  return list.includes('*') || list.includes(value);
}

/** `pods`, `pods/status`, every part of pods, everything, the scale of everything. */
function matchesResource(pattern: string, plural: string, subresource: string | undefined): boolean {
  const [resource, part] = pattern.split('/');
  if (resource !== '*' && resource !== plural) return false;
  if (part === '*') return true;
  return part === subresource;
}

/** A Namespace belongs to no namespace. */
function inScope(scope: NamedRule['scope'], call: AdmissionCall): boolean {
  if (scope === undefined || scope === '*') return true;
  return (scope === 'Namespaced') === call.info.kind.namespaced;
}

/** Objects of the whole cluster are never passed over for their namespace; Namespaces are for their own labels. */
function selectsNamespace(call: AdmissionCall, selector: LabelSelector | undefined, labels: Labels): boolean {
  if (!selector || isEmpty(selector)) return true;
  const own = call.info.kind.group === '' && call.info.kind.plural === 'namespaces';
  if (own) return matchesLabels(requirementsOf(selector), (call.object ?? call.oldObject)?.metadata.labels);
  if (call.namespace === undefined) return true;
  return matchesLabels(requirementsOf(selector), labels);
}

function selectsObject(call: AdmissionCall, selector: LabelSelector | undefined): boolean {
  if (!selector || isEmpty(selector)) return true;
  const requirements = requirementsOf(selector);
  return [call.object, call.oldObject].some(
    object => object !== undefined && matchesLabels(requirements, object.metadata.labels),
  );
}

function isEmpty({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean {
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
}
