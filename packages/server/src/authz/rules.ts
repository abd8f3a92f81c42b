import type { PolicyRule } from '@slipway/kinds';
import type { Attributes } from '../http/seams.ts';

/** Whether a rule allows a request, exactly as upstream's `RuleAllows` decides. */
export function ruleAllows(rule: PolicyRule, attributes: Attributes): boolean {
  if (!hasOrAny(rule.verbs, attributes.verb)) return false;
  if (attributes.nonResourcePath !== undefined)
    return urlMatches(rule.nonResourceURLs, attributes.nonResourcePath);
  return (
    hasOrAny(rule.apiGroups, attributes.group) &&
    resourceMatches(rule.resources, attributes.resource, attributes.subresource) &&
    nameMatches(rule.resourceNames, attributes.name)
  );
}

function hasOrAny(values: string[] | undefined, wanted: string): boolean {
  return values?.some(value => value === '*' || value === wanted) ?? false;
}

function resourceMatches(
  resources: string[] | undefined,
  resource: string,
  subresource: string | undefined,
): boolean {
  const combined = subresource ? `${resource}/${subresource}` : resource;
  const anyParent = subresource ? `*/${subresource}` : undefined;
  return resources?.some(value => value === '*' || value === combined || value === anyParent) ?? false;
}

function nameMatches(names: string[] | undefined, name: string | undefined): boolean {
  return !names || names.length === 0 || names.includes(name ?? '');
}

function urlMatches(urls: string[] | undefined, path: string): boolean {
  return (
    urls?.some(
      url => url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.replace(/\*+$/, ''))),
    ) ?? false
  );
}

/**
 * The rules of `wanted` that `held` does not cover (upstream's `Covers`): who grants rights must have them.
 * Each rule is broken down to one verb, group, resource and name, so that two held rules together may cover one.
 */
export function uncovered(held: PolicyRule[], wanted: PolicyRule[]): PolicyRule[] {
  return wanted.flatMap(breakDown).filter(one => !held.some(rule => covers(rule, one)));
}

function breakDown(rule: PolicyRule): PolicyRule[] {
  const names: (string | undefined)[] = rule.resourceNames?.length ? rule.resourceNames : [undefined];
  const single: PolicyRule[] = [];
  for (const verb of rule.verbs ?? []) {
    for (const url of rule.nonResourceURLs ?? []) single.push({ verbs: [verb], nonResourceURLs: [url] });
    for (const group of rule.apiGroups ?? []) {
      for (const resource of rule.resources ?? []) {
        for (const name of names) {
          const named = name === undefined ? {} : { resourceNames: [name] };
          single.push({ verbs: [verb], apiGroups: [group], resources: [resource], ...named });
        }
      }
    }
  }
  return single;
}

function covers(held: PolicyRule, wanted: PolicyRule): boolean {
  const verb = wanted.verbs[0] ?? '';
  if (!hasOrAny(held.verbs, verb)) return false;
  const url = wanted.nonResourceURLs?.[0];
  if (url !== undefined) return urlMatches(held.nonResourceURLs, url);
  const [resource = '', subresource] = (wanted.resources?.[0] ?? '').split('/');
  const name = wanted.resourceNames?.[0];
  const names = held.resourceNames ?? [];
  return (
    hasOrAny(held.apiGroups, wanted.apiGroups?.[0] ?? '') &&
    resourceMatches(held.resources, resource, subresource) &&
    (names.length === 0 || (name !== undefined && names.includes(name)))
  );
}

/** A rule as upstream prints it in a refusal: `{APIGroups:[""], Resources:["pods"], Verbs:["get"]}`. */
export function ruleText(rule: PolicyRule): string {
  const parts = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['ResourceNames', rule.resourceNames],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['Verbs', rule.verbs],
  ] as const;
  const present = parts.filter(([, values]) => values && values.length > 0);
  return `{${present.map(([name, values]) => `${name}:${JSON.stringify(values)}`).join(', ')}}`;
}
