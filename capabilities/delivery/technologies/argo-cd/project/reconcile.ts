import type { AnyObject } from '@slipway/api';
import { AppProject } from '@slipway/kinds';
import { type Controller, controller, done, terminal } from '@slipway/runtime';
import { projectSpecOf } from './spec.ts';
import { projectProblem } from './validate.ts';

/** Says of projects what is wrong with them and what of them is not followed; they are read where they are needed. */
export function projectController(): Controller {
  return controller<AnyObject>({
    name: 'app-project',
    kind: AppProject,
    reconcile: async ({ metadata, spec }) => {
      const project = projectSpecOf({ apiVersion: '', kind: '', metadata, ...(spec ? { spec } : {}) });
      const problem = projectProblem(metadata.name, project);
      if (problem) return terminal('ProjectInvalid', problem);
      const roles = (project.roles ?? []).map(({ name }) => name);
      if (roles.length === 0) return done;
      return terminal(
        'RolesNotUsed',
        `roles ${roles.join(', ')} grant nothing here: who may see and sync Applications is said by RBAC in their namespaces, for people and for the REST API alike; bind the groups there`,
      );
    },
  });
}
