import type { AnyObject } from '@slipway/api';
import { LOCAL_ADMIN, PLATFORM_ADMINS, SYSTEM_NAMESPACE } from '../../../objects/names.ts';

const API_VERSION = 'admissionregistration.k8s.io/v1';
const NAMES = 'user-names.identity.slipway.dev';
const LAST_ADMIN = 'last-platform-admin.identity.slipway.dev';
/** ConfigMap in `slipway-system`; `names` has every platform admin who may sign in, joined by commas. */
export const ADMINISTRATORS = 'platform-admins';

const isAdmin = (user: string) =>
  `(!has(${user}.spec.disabled) || !${user}.spec.disabled) && has(${user}.spec.groups) && ` +
  `${user}.spec.groups.exists(group, group == '${PLATFORM_ADMINS}')`;

/** Refused where they are written, by any API server that evaluates policies; the directory refuses them again. */
export const POLICIES: AnyObject[] = [
  policy(NAMES, {
    operations: ['CREATE', 'UPDATE'],
    validations: [
      {
        expression: `object.metadata.name != '${LOCAL_ADMIN}'`,
        message: `metadata.name: "${LOCAL_ADMIN}" is the command line's own user; choose another name`,
      },
      {
        expression:
          "!has(object.spec.groups) || object.spec.groups.all(group, !group.startsWith('system:') && !group.startsWith('slipway:'))",
        message: 'spec.groups: names that start with "system:" or "slipway:" are reserved',
      },
    ],
  }),
  policy(LAST_ADMIN, {
    operations: ['UPDATE', 'DELETE'],
    paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
    validations: [
      {
        expression:
          `!(${isAdmin('oldObject')}) || (request.operation == 'UPDATE' && ${isAdmin('object')}) || ` +
          "params.data.names.split(',').exists(name, name != '' && name != oldObject.metadata.name)",
        message: `this is the last member of ${PLATFORM_ADMINS} who can sign in; put somebody else into that group first`,
      },
    ],
  }),
];

export const POLICY_BINDINGS: AnyObject[] = [
  binding(NAMES, {}),
  binding(LAST_ADMIN, {
    paramRef: { name: ADMINISTRATORS, namespace: SYSTEM_NAMESPACE, parameterNotFoundAction: 'Allow' },
  }),
];

interface Rules {
  operations: string[];
  paramKind?: { apiVersion: string; kind: string };
  validations: { expression: string; message: string }[];
}

function policy(name: string, { operations, paramKind, validations }: Rules): AnyObject {
  const rule = {
    apiGroups: ['identity.slipway.dev'],
    apiVersions: ['*'],
    resources: ['users'],
    operations,
  };
  return {
    apiVersion: API_VERSION,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: {
      failurePolicy: 'Fail',
      ...(paramKind ? { paramKind } : {}),
      matchConstraints: { resourceRules: [rule] },
      validations: validations.map(each => ({ ...each, reason: 'Forbidden' })),
    },
  };
}

function binding(name: string, more: object): AnyObject {
  return {
    apiVersion: API_VERSION,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name },
    spec: { policyName: name, validationActions: ['Deny'], ...more },
  };
}
