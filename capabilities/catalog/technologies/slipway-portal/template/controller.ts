import { Template } from '@slipway/kinds';
import { type Controller, controller, done, terminal } from '@slipway/runtime';
import { templateProblems } from '../template-run/check-template.ts';
import { TemplateError } from '../template-run/field-error.ts';

/** Says of each template, as soon as it is there, whether it can run here: its condition Ready names what cannot. */
export const templateController: Controller = controller<Template>({
  name: 'templates',
  kind: Template,
  condition: 'Ready',
  reconcile: async ({ spec }) => {
    const problems = templateProblems(spec);
    if (problems.length === 0) return done;
    const { code, message } = new TemplateError(problems);
    return terminal(code, message);
  },
});
