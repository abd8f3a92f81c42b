import type { ChangeRun } from '@slipway/kinds';
import { recordChange } from '../../audit.ts';
import { refreshChange } from '../../change-request/refresh.ts';
import { ApiError, created, type Operation, unprocessable } from '../call.ts';
import { deny } from './deny.ts';
import { openChange } from './open-change.ts';
import { mayWrite } from './pull-json.ts';

/**
 * `POST …/pulls/{index}/run`, which Gitea has only in its pages: pipelines run for the head as it is now, also where
 * its author may not push, and once more where they ran. Takes who may push: the run has the team's rights.
 */
export const runPull: Operation = async call => {
  const { repository, change } = await openChange(call);
  const { server, user } = call;
  const { number } = change.spec;
  const { commit_id: wanted } = await call.body<{ commit_id: string }>();
  if (!(await mayWrite(call, repository))) {
    const message = `user "${user.username}" may not run pipelines here (update repositories.source.slipway.dev)`;
    await deny(call, repository, { verb: 'run', number, detail: '' }, { status: 403, message });
  }
  const { state, headRevision } = change.status;
  if (state !== 'open') throw unprocessable('pipelines run for open pull requests only');
  if (wanted && wanted !== headRevision) throw outdated(wanted);
  const action = { name: repository.name, user, request: call.request };
  await recordChange(server, action, { verb: 'run', number, detail: headRevision });
  let run: ChangeRun | undefined;
  await server.serially(repository.path, () =>
    refreshChange(server, repository.name, number, status => {
      if (status.headRevision !== headRevision) throw outdated(headRevision);
      const { run: before } = status;
      const attempt = before?.revision === headRevision && before.allowed ? before.attempt + 1 : 1;
      run = { revision: headRevision, allowed: true, by: user.username, attempt };
      status.run = run;
    }),
  );
  return created(run);
};

function outdated(revision: string): ApiError {
  return new ApiError(409, `head out of date: ${revision} is not what the change is now`);
}
