import type { AnyObject, Kind } from '@slipway/api';

const argoproj = { group: 'argoproj.io', version: 'v1alpha1', namespaced: true } as const;
export const Application: Kind<AnyObject> = { ...argoproj, kind: 'Application', plural: 'applications' };
export const ApplicationSet: Kind<AnyObject> = {
  ...argoproj,
  kind: 'ApplicationSet',
  plural: 'applicationsets',
};
export const AppProject: Kind<AnyObject> = { ...argoproj, kind: 'AppProject', plural: 'appprojects' };
export const Workflow: Kind<AnyObject> = { ...argoproj, kind: 'Workflow', plural: 'workflows' };
export const WorkflowTemplate: Kind<AnyObject> = {
  ...argoproj,
  kind: 'WorkflowTemplate',
  plural: 'workflowtemplates',
};
export const ClusterWorkflowTemplate: Kind<AnyObject> = {
  ...argoproj,
  namespaced: false,
  kind: 'ClusterWorkflowTemplate',
  plural: 'clusterworkflowtemplates',
};
export const CronWorkflow: Kind<AnyObject> = { ...argoproj, kind: 'CronWorkflow', plural: 'cronworkflows' };
