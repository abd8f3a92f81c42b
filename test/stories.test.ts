// What people do with a platform, each with the tests that show it through real clients; what is not there yet is named.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './source-tree.ts';

interface Story {
  who: 'newcomer' | 'developer' | 'platform engineer' | 'security engineer' | 'operator';
  does: string;
  /** File below `test/` and the test's name. */
  shownBy: [file: string, name: string][];
}

const STORIES: Story[] = [
  {
    who: 'newcomer',
    does: 'starts it and reads where everything is; Ctrl-C stops it cleanly',
    shownBy: [
      [
        'e2e/commands.test.ts',
        'up where nobody looks: the block says where everything is, no secret; Ctrl-C stops it cleanly',
      ],
    ],
  },
  {
    who: 'newcomer',
    does: 'believes "ready": every capability answered',
    shownBy: [['e2e/line.test.ts', 'up: every capability of the golden path answers its probe']],
  },
  {
    who: 'newcomer',
    does: 'starts it again, at the same addresses, with everything there',
    shownBy: [['e2e/crash.test.ts', 'addresses and objects are the same after kill -9']],
  },
  {
    who: 'newcomer',
    does: 'runs it in the background, asks how it is, stops it',
    shownBy: [
      ['e2e/commands.test.ts', 'up --detach returns when it is ready and leaves it running'],
      ['e2e/commands.test.ts', 'status asks every component, for people and for programs'],
      ['e2e/commands.test.ts', 'down stops what runs in the background, and is content when nothing does'],
      ['e2e/commands.test.ts', 'doctor says of each need of this machine whether it is met, and what to do'],
    ],
  },
  {
    who: 'newcomer',
    does: 'has it without a clone',
    shownBy: [['slow/package.test.ts', 'npm pack makes a package that runs by itself in an empty folder']],
  },
  {
    who: 'developer',
    does: 'creates a service from the form and watches each step until it is live',
    shownBy: [
      ['e2e/portal.test.ts', 'a service created from the form goes live; its run is watched step by step'],
    ],
  },
  {
    who: 'developer',
    does: 'clones, edits, pushes: it goes live by itself, unless its tests fail',
    shownBy: [
      ['e2e/line.test.ts', 'git push: a new version goes live by itself'],
      ['e2e/line.test.ts', 'git push: a version whose tests fail does not go live, and says so'],
    ],
  },
  {
    who: 'developer',
    does: 'sees what is inside an image, and that it is signed',
    shownBy: [
      ['e2e/proof.test.ts', 'the bill of what runs is printed, and written as CycloneDX'],
      ['e2e/proof.test.ts', 'a Build says what signature and provenance it gave its image'],
    ],
  },
  {
    who: 'developer',
    does: 'promotes to production with the exact difference and the approval that the rule asks for, and undoes it',
    shownBy: [
      [
        'e2e/promotion.test.ts',
        'an approver finds it at home, reads the difference, approves, and it goes live',
      ],
      ['e2e/promotion.test.ts', 'one click undoes it, by the same rules and without a build'],
    ],
  },
  {
    who: 'developer',
    does: 'brings an application that nobody made for this platform',
    shownBy: [['e2e/import.test.ts', 'service import of a Git address keeps its history']],
  },
  {
    who: 'developer',
    does: 'proposes a change, has it reviewed, merges it',
    shownBy: [
      [
        'e2e/change-requests.test.ts',
        'a reviewer reads the difference, approves and merges; what blocks it is said first',
      ],
    ],
  },
  {
    who: 'developer',
    does: 'retires a service: it is listed, then it is gone',
    shownBy: [
      ['e2e/retire.test.ts', 'without a terminal it lists everything, removes nothing, and says what to add'],
      ['e2e/retire.test.ts', 'a retired service leaves nothing behind: the whole platform is as it was'],
    ],
  },
  {
    who: 'platform engineer',
    does: 'writes one definition; errors name line and field; plan, diff, apply, history, rollback',
    shownBy: [
      ['e2e/definition.test.ts', 'init writes a definition that plan takes, and never overwrites one'],
      ['e2e/definition.test.ts', 'a definition with an error changes nothing, and says where the error is'],
      [
        'e2e/definition.test.ts',
        'diff shows each field, old → new, and ends with 3; nothing changes by looking',
      ],
      [
        'e2e/definition.test.ts',
        'rollback applies an older definition as a new revision; history says who, when and how',
      ],
    ],
  },
  {
    who: 'platform engineer',
    does: 'tries a golden-path template without a platform',
    shownBy: [
      [
        'e2e/templates.test.ts',
        'slipway template test needs no platform, and says with its exit code whether a template works',
      ],
    ],
  },
  {
    who: 'platform engineer',
    does: 'sees the map with guidance, and a maturity report that says unknown',
    shownBy: [
      [
        'e2e/insights.test.ts',
        'the map says what is chosen and how it is; what is guidance only is refused by that word',
      ],
      [
        'e2e/insights.test.ts',
        'the maturity report measures, takes a word with its author, and says unknown',
      ],
    ],
  },
  {
    who: 'platform engineer',
    does: 'says what pipelines must have, and excepts one service until a day',
    shownBy: [
      [
        'e2e/pipeline-policy.test.ts',
        'a pipeline without the step does not even start, and the message says what to add',
      ],
      [
        'e2e/pipeline-policy.test.ts',
        'an exception lets one service through until its end, with its owner and reason',
      ],
    ],
  },
  {
    who: 'security engineer',
    does: 'knows who did what at every door, and that the log is whole',
    shownBy: [
      ['e2e/audit.test.ts', 'what a person does through the portal’s session is theirs in the audit'],
      ['e2e/audit.test.ts', 'slipway audit exports and verifies it, from the platform and from a file'],
    ],
  },
  {
    who: 'security engineer',
    does: 'lets only signed images run',
    shownBy: [
      [
        'e2e/proof.test.ts',
        'where the policy asks for it, only signed images run; who was refused is in the audit',
      ],
    ],
  },
  {
    who: 'security engineer',
    does: 'puts a person out everywhere',
    shownBy: [
      [
        'e2e/people.test.ts',
        'somebody who is disabled is out within seconds: portal, token, git push, kubectl',
      ],
    ],
  },
  {
    who: 'security engineer',
    does: 'has each secure default verified now',
    shownBy: [
      [
        'e2e/security.test.ts',
        'a fresh platform is as it should be, and every line says how and when that was seen',
      ],
    ],
  },
  {
    who: 'operator',
    does: 'loses nothing acknowledged, whenever it is killed, also on a full disk',
    shownBy: [
      ['e2e/crash.test.ts', 'kill -9 in a push: the repository is whole, and the same push works again'],
      [
        'e2e/full-disk.test.ts',
        'writes are refused with the reason, reads go on, and freed space is used at once',
      ],
    ],
  },
  {
    who: 'operator',
    does: 'reads the cause, not the symptom',
    shownBy: [['e2e/bad-input.test.ts', 'a crash-looping app says so where people look']],
  },
  {
    who: 'platform engineer',
    does: 'plans and applies tools on a cluster, upgrades them, carries them to a site without a network',
    shownBy: [
      ['slow/cluster-life.test.ts', 'apply, doctor, and back to an older release by upgrade alone'],
      [
        'slow/cluster-life.test.ts',
        'a bundle carries it to a machine that has nothing: images by digest, in a registry of the site',
      ],
      ['slow/cluster-life.test.ts', 'destroy wants the platform’s name, and leaves nothing'],
    ],
  },
  {
    who: 'platform engineer',
    does: 'adds packages with parameters and a lock file',
    shownBy: [
      ['slow/packages.test.ts', 'a package of ours is added with parameters, upgraded, and removed exactly'],
    ],
  },
  {
    who: 'platform engineer',
    does: 'moves a team to another platform',
    shownBy: [
      [
        'slow/team-move.test.ts',
        'a team arrives with repositories, images, services, history and references to Secrets, and runs',
      ],
    ],
  },
  {
    who: 'operator',
    does: 'restores a backup on another machine',
    shownBy: [
      [
        'slow/backup.test.ts',
        'a backup made while people write is of one moment, and restores to a platform that works',
      ],
    ],
  },
];

/** What the stories have besides, and no test can show yet. */
const NOT_YET: [who: Story['who'], does: string][] = [
  ['developer', 'asks for a database or a bucket from the same form'],
  ['platform engineer', 'installs the tools themselves on a cluster, in containers that run'],
  ['security engineer', 'lets only scanned images run; rotates services’ secrets'],
  ['operator', 'reads metrics, logs and traces in Prometheus’ and OpenTelemetry’s formats'],
];

for (const { who, does, shownBy } of STORIES)
  test(`a ${who} ${does}: shown by ${shownBy.length} test(s)`, () => {
    for (const [file, name] of shownBy)
      assert.ok(readFileSync(join(root, 'test', file), 'utf8').includes(name), `${file}: ${name}`);
  });

for (const [who, does] of NOT_YET) test(`a ${who} ${does}`, { skip: 'not there yet' }, () => {});
