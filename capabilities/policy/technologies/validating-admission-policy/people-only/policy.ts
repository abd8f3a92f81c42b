import type { AnyObject, Kind } from '@slipway/api';

const GROUP = { group: 'admissionregistration.k8s.io', version: 'v1', namespaced: false } as const;
const NAME = 'approvals-by-people.slipway.dev';

export const ValidatingAdmissionPolicy: Kind<AnyObject> = {
  ...GROUP,
  kind: 'ValidatingAdmissionPolicy',
  plural: 'validatingadmissionpolicies',
};
export const ValidatingAdmissionPolicyBinding: Kind<AnyObject> = {
  ...GROUP,
  kind: 'ValidatingAdmissionPolicyBinding',
  plural: 'validatingadmissionpolicybindings',
};

export const PEOPLE_ONLY_MESSAGE = 'an approval is a person’s; ServiceAccounts give none';

/** A pipeline that may create objects still approves nothing. */
export const PEOPLE_ONLY: AnyObject = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicy',
  metadata: { name: NAME },
  spec: {
    failurePolicy: 'Fail',
    matchConstraints: {
      resourceRules: [
        { apiGroups: ['slipway.dev'], apiVersions: ['*'], operations: ['CREATE'], resources: ['approvals'] },
      ],
    },
    validations: [
      {
        expression: "!request.userInfo.username.startsWith('system:serviceaccount:')",
        message: PEOPLE_ONLY_MESSAGE,
        reason: 'Forbidden',
      },
    ],
  },
};

export const PEOPLE_ONLY_BINDING: AnyObject = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  metadata: { name: NAME },
  spec: { policyName: NAME, validationActions: ['Deny'] },
};
