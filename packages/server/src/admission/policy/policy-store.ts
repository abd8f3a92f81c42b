import type { KubeObject } from '@slipway/api';
import type { StoreReader } from '../../store/store.ts';
import type { MutatingPolicy, PolicyBinding, ValidatingPolicy } from './policy-kinds.ts';

const GROUP = 'admissionregistration.k8s.io';

/** Policies that are bound, with each of their bindings, in order of their names. */
export interface Bound<P> {
  policy: P;
  bindings: PolicyBinding[];
}

/** What is bound now; put together anew when one of its parts has changed. */
export interface PolicyStore {
  validating(): Bound<ValidatingPolicy>[];
  mutating(): Bound<MutatingPolicy>[];
  close(): void;
}

export function policyStore(store: StoreReader): PolicyStore {
  const validating = follow<ValidatingPolicy>(store, 'validatingadmissionpolicies');
  const mutating = follow<MutatingPolicy>(store, 'mutatingadmissionpolicies');
  return {
    validating: validating.bound,
    mutating: mutating.bound,
    close: () => {
      validating.close();
      mutating.close();
    },
  };
}

function follow<P extends KubeObject>(store: StoreReader, plural: string) {
  const policies = `${GROUP}/${plural}`;
  const bindings = `${GROUP}/${plural.replace(/policies$/, 'policybindings')}`;
  let bound: Bound<P>[] | undefined;
  const forget = (): void => {
    bound = undefined;
  };
  const closers = [policies, bindings].map(resource => store.subscribe(resource, forget));
  return {
    bound: () => {
      bound ??= boundOf(all<P>(store, policies), all<PolicyBinding>(store, bindings));
      return bound;
    },
    close: () => {
      for (const close of closers) close();
    },
  };
}

function all<T extends KubeObject>(store: StoreReader, resource: string): T[] {
  return [...store.snapshot(resource).entries({ prefix: '' })].map(entry => JSON.parse(entry.text) as T);
}

function boundOf<P extends KubeObject>(policies: P[], bindings: PolicyBinding[]): Bound<P>[] {
  const byPolicy = Map.groupBy(bindings, binding => binding.spec.policyName);
  return policies.flatMap(policy => {
    const own = byPolicy.get(policy.metadata.name ?? '');
    return own ? [{ policy, bindings: own }] : [];
  });
}
