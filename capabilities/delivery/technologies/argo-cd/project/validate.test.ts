import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProjectSpec, SyncWindow } from './spec.ts';
import { projectProblem } from './validate.ts';

const window: SyncWindow = { kind: 'allow', schedule: '0 1 * * *', duration: '1h', applications: ['*'] };
const role = (...policies: string[]): ProjectSpec => ({ roles: [{ name: 'dev', policies }] });
const policy = (rest: string) => role(`p, proj:p:dev, ${rest}`);

const rows: [spec: ProjectSpec, problem: string | undefined, because: string][] = [
  [{}, undefined, 'nothing is wrong with nothing'],
  [
    { destinations: [{ server: '!*', namespace: 'a' }] },
    "server has an invalid format, '!*'",
    'everything denied',
  ],
  [
    {
      destinations: [
        { name: 'a', namespace: 'b' },
        { name: 'a', namespace: 'b' },
      ],
    },
    "destination 'a/b' already added",
    'twice the same',
  ],
  [{ sourceRepos: ['!*'] }, "source repository has an invalid format, '!*'", 'everything denied'],
  [{ sourceRepos: ['a', 'a'] }, "source repository 'a' already added", 'twice the same'],
  [{ sourceNamespaces: ['a', 'a'] }, "source namespace 'a' already added", 'twice the same'],
  [{ roles: [{ name: 'a' }, { name: 'a' }] }, "role 'a' already exists", 'twice the same'],
  [
    { roles: [{ name: '-a' }] },
    "invalid role name '-a'. Must consist of alphanumeric characters, '-' or '_', and must start and end with an alphanumeric character",
    'no name',
  ],
  [policy('applications, sync, p/*, allow'), undefined, 'as it is written'],
  [policy('applications, get, p/ns/app, deny'), undefined, 'in any namespace'],
  [role('x'), "invalid policy rule 'x': must be of the form: 'p, sub, res, act, obj, eft'", 'no rule'],
  [
    role('p, proj:q:dev, applications, get, p/*, allow'),
    "invalid policy rule 'p, proj:q:dev, applications, get, p/*, allow': policy subject must be: 'proj:p:dev', not 'proj:q:dev'",
    'another project’s',
  ],
  [
    policy('projects, get, p/*, allow'),
    "invalid policy rule 'p, proj:p:dev, projects, get, p/*, allow': project resource must be: 'applications', 'applicationsets', 'repositories', 'exec', 'logs' or 'clusters', not 'projects'",
    'no such resource',
  ],
  [
    policy('applications, fly, p/*, allow'),
    "invalid policy rule 'p, proj:p:dev, applications, fly, p/*, allow': invalid action 'fly'",
    'no such action',
  ],
  [
    policy('applications, get, q/*, allow'),
    "invalid policy rule 'p, proj:p:dev, applications, get, q/*, allow': object must be of form 'p/*', 'p[/<NAMESPACE>]/<APPNAME>' or 'p/<APPNAME>', not 'q/*'",
    'another project’s Applications',
  ],
  [
    policy('applications, get, p/*, perhaps'),
    "invalid policy rule 'p, proj:p:dev, applications, get, p/*, perhaps': effect must be: 'allow' or 'deny'",
    'neither',
  ],
  [{ roles: [{ name: 'a', groups: ['x,y'] }] }, "group 'x,y' must be quoted", 'a comma'],
  [{ roles: [{ name: 'a', groups: ['"x,y"'] }] }, undefined, 'a quoted comma'],
  [{ roles: [{ name: 'a', groups: [' '] }] }, "group '' is empty", 'no group'],
  [{ syncWindows: [window] }, undefined, 'a window'],
  [
    { syncWindows: [window, { ...window, manualSync: true }] },
    "sync window with kind 'allow', schedule '0 1 * * *', and duration '1h' already exists",
    'the same window',
  ],
  [
    { syncWindows: [{ ...window, kind: 'maybe' }] },
    "kind 'maybe' mismatch: can only be allow or deny",
    'neither',
  ],
  [
    { syncWindows: [{ ...window, applications: [] }] },
    "window 'allow':'0 1 * * *':'1h' requires one of application, cluster or namespace",
    'a window of nobody',
  ],
  [
    { syncWindows: [{ ...window, duration: '1' }] },
    `cannot parse duration '1': time: missing unit in duration "1"`,
    'no duration',
  ],
  [
    { destinationServiceAccounts: [{ server: '*', namespace: '*', defaultServiceAccount: ' ' }] },
    "defaultServiceAccount has an invalid format, ' '",
    'no account',
  ],
];
for (const [spec, problem, because] of rows) {
  test(`projectProblem() is ${problem ?? 'nothing'}: ${because}`, () => {
    assert.equal(projectProblem('p', spec), problem);
  });
}
