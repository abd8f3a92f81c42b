import { type AnyObject, parseApiVersion } from '@slipway/api';
import { matchesGlob } from '../../settings/glob.ts';

/** One entry of `spec.ignoreDifferences`, with what is left out filled in. */
export interface IgnoreRule {
  /** Globs. */
  group: string;
  kind: string;
  name?: string;
  namespace?: string;
  jsonPointers: string[];
  jqPathExpressions: string[];
  managedFieldsManagers: string[];
}

/** What is no difference in one object. */
export interface Ignored {
  jsonPointers: string[];
  jqPathExpressions: string[];
  managedFieldsManagers: string[];
}

/** An entry of a spec or of `resource.customizations.ignoreDifferences.*`. */
export function ignoreRule(given: Partial<IgnoreRule>): IgnoreRule {
  return {
    group: '',
    kind: '',
    jsonPointers: [],
    jqPathExpressions: [],
    managedFieldsManagers: [],
    ...given,
  };
}

/** What rules say of an object: those of the system first, each thing once (util/argo/diff). */
export function ignoredIn(object: AnyObject, rules: IgnoreRule[]): Ignored {
  const { group } = parseApiVersion(object.apiVersion);
  const { name, namespace } = object.metadata;
  const fit = rules.filter(
    rule =>
      matchesGlob(group, rule.group) &&
      matchesGlob(object.kind, rule.kind) &&
      (!rule.name || rule.name === name) &&
      (!rule.namespace || rule.namespace === namespace),
  );
  const all = (of: keyof Ignored) => [...new Set(fit.flatMap(rule => rule[of]))];
  return {
    jsonPointers: all('jsonPointers'),
    jqPathExpressions: all('jqPathExpressions'),
    managedFieldsManagers: all('managedFieldsManagers'),
  };
}
