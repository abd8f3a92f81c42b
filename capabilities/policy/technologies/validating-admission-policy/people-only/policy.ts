import type { AnyObject } from '@slipway/api';

const NAME = 'approvals-by-people.slipway.dev';

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
