import type { AnyObject, Kind } from '@slipway/api';

const admission = { group: 'admissionregistration.k8s.io', version: 'v1', namespaced: false } as const;

export const ValidatingAdmissionPolicy: Kind<AnyObject> = {
  ...admission,
  kind: 'ValidatingAdmissionPolicy',
  plural: 'validatingadmissionpolicies',
};
export const ValidatingAdmissionPolicyBinding: Kind<AnyObject> = {
  ...admission,
  kind: 'ValidatingAdmissionPolicyBinding',
  plural: 'validatingadmissionpolicybindings',
};
