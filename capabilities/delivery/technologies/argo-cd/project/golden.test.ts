// What Argo CD's own code answered about these projects (testdata/permissions.json) is what ours answers.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { messageOf } from '@slipway/api';
import { normalizeGitUrl } from '../settings/git-url.ts';
import { matchesList } from '../settings/glob.ts';
import { isDestinationPermitted } from './destination-permission.ts';
import { isKindPermitted } from './resource-permission.ts';
import { isSourcePermitted } from './source-permission.ts';
import type { ProjectSpec } from './spec.ts';
import { canSync, windowsOf } from './sync-window.ts';
import { projectProblem } from './validate.ts';

interface Given {
  Spec: ProjectSpec;
  URL: string;
  Dest: { Server: string; Name: string; Namespace: string };
  Group: string;
  Kind: string;
  Name: string;
  Namespaced: boolean;
  App: string;
  AppNs: string;
  Now: number;
  Manual: boolean;
}

interface Answer {
  source: boolean;
  dest: boolean;
  kind: boolean;
  windows: number;
  can: boolean;
  err?: string;
  ns: boolean;
  git: string;
  valid?: string;
}

const file = new URL('./testdata/permissions.json', import.meta.url);
const facts = JSON.parse(readFileSync(file, 'utf8')) as { given: Given; answer: Answer }[];

function answer({ Spec, URL, Dest, ...given }: Given): Answer {
  const destination = { server: Dest.Server, name: Dest.Name, namespace: Dest.Namespace };
  const windows = windowsOf(Spec, { name: given.App, destination });
  const kind = { group: given.Group, kind: given.Kind, namespaced: given.Namespaced };
  const valid = projectProblem('p', Spec);
  return {
    source: isSourcePermitted(Spec, URL),
    dest: isDestinationPermitted(Spec, destination),
    kind: isKindPermitted(Spec, kind, given.Name),
    windows: windows.length,
    ...syncAt(windows, given),
    ns: given.AppNs === 'argocd' || matchesList(given.AppNs, Spec.sourceNamespaces ?? []),
    git: normalizeGitUrl(URL),
    ...(valid === undefined ? {} : { valid }),
  };
}

function syncAt(
  windows: ReturnType<typeof windowsOf>,
  { Manual, Now }: Pick<Given, 'Manual' | 'Now'>,
): Pick<Answer, 'can' | 'err'> {
  try {
    return { can: canSync(windows, { isManual: Manual, nowMs: Now }) };
  } catch (error) {
    return { can: false, err: messageOf(error) };
  }
}

for (const [index, { given, answer: expected }] of facts.entries()) {
  test(`projects answer as Argo CD's: fact ${index + 1} of ${facts.length}`, () => {
    assert.deepEqual(answer(given), expected);
  });
}
