import type { AnyObject } from '@slipway/api';
import { RECORDED } from '../recorded-kinds.ts';

const API = 'admissionregistration.k8s.io/v1';

/**
 * What our own API server does by itself, told to a cluster's: mutating admission policies that write down who made an
 * object, or its spec as it stands. They are stable from Kubernetes 1.36 on, and fail closed.
 */
export function recordedAuthors(): AnyObject[] {
  return RECORDED.flatMap(({ annotation, of, kinds }) => {
    const name = `slipway-${of}`;
    const policy: AnyObject = {
      apiVersion: API,
      kind: 'MutatingAdmissionPolicy',
      metadata: { name },
      spec: {
        failurePolicy: 'Fail',
        reinvocationPolicy: 'IfNeeded',
        matchConstraints: {
          resourceRules: kinds.map(({ group, plural }) => ({
            apiGroups: [group],
            apiVersions: ['*'],
            operations: ['CREATE', 'UPDATE'],
            resources: [plural],
          })),
        },
        variables: variablesOf(annotation, of),
        mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: patchOf(annotation) } }],
      },
    };
    const binding: AnyObject = {
      apiVersion: API,
      kind: 'MutatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name },
    };
    return [policy, binding];
  });
}

/** `value`: what the annotation has to say, '' when it must not be there. */
function variablesOf(
  annotation: string,
  of: 'creator' | 'spec-author',
): { name: string; expression: string }[] {
  const key = JSON.stringify(annotation);
  const had = (object: string) =>
    `has(${object}.metadata.annotations) && ${key} in ${object}.metadata.annotations`;
  const isNew =
    of === 'creator'
      ? 'request.operation == "CREATE"'
      : 'request.operation == "CREATE" || !has(oldObject.spec) || !has(object.spec) || object.spec != oldObject.spec';
  const before = `oldObject != null && ${had('oldObject')} ? oldObject.metadata.annotations[${key}] : ""`;
  return [
    { name: 'who', expression: whoAsks() },
    { name: 'value', expression: `(${isNew}) ? variables.who : (${before})` },
    { name: 'present', expression: `${had('object')} ? object.metadata.annotations[${key}] : ""` },
  ];
}

/** The asker as JSON, as `whoAsks` of the API server writes it; what would break out of a text is escaped. */
function whoAsks(): string {
  const text = (value: string) => String.raw`'"' + ${value}.replace('\\', '\\\\').replace('"', '\\"') + '"'`;
  // What is empty is not there.
  const groups = `(has(request.userInfo.groups) ? request.userInfo.groups.map(g, ${text('g')}).join(',') : '')`;
  const uid = `(has(request.userInfo.uid) ? ',"uid":' + ${text('request.userInfo.uid')} : '')`;
  return `'{"username":' + ${text('request.userInfo.username')} + ',"groups":[' + ${groups} + ']' + ${uid} + '}'`;
}

function patchOf(annotation: string): string {
  const path = JSON.stringify(
    `/metadata/annotations/${annotation.replaceAll('~', '~0').replaceAll('/', '~1')}`,
  );
  const key = JSON.stringify(annotation);
  return [
    'variables.value == variables.present ? [] :',
    `variables.value == "" ? [JSONPatch{op: "remove", path: ${path}}] :`,
    `has(object.metadata.annotations) ? [JSONPatch{op: "add", path: ${path}, value: variables.value}] :`,
    `[JSONPatch{op: "add", path: "/metadata/annotations", value: {${key}: variables.value}}]`,
  ].join(' ');
}
