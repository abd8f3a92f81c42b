import { isDeepStrictEqual } from 'node:util';
import { hasReason, type Key, keyOf, type Stored } from '@slipway/api';
import { updateStatus } from '@slipway/client';
import { listRevisions } from '@slipway/definition';
import {
  Attestation,
  Component,
  Environment,
  MATURITY_REPORT,
  Platform,
  Report,
  Template,
  TemplateRun,
  Workload,
} from '@slipway/kinds';
import { type Context, type Controller, controller, doneFor, type Outcome, watching } from '@slipway/runtime';
import { maturityOf } from './plan.ts';

/** However much happens, the report is made anew at most this often. */
const PAUSE_MS = 5_000;
/** Attestations end and windows move without anything happening. */
const LOOK_AGAIN_MS = 15 * 60_000;

/** Keeps the Report on the platform's maturity, of what is live and what was attested. */
export function maturityController(): Controller {
  let last = Number.NEGATIVE_INFINITY;
  const every = (_each: unknown, { cache }: Pick<Context, 'cache'>): Key[] =>
    cache(Platform)
      .list()
      .map(each => keyOf(each));
  return controller<Platform>({
    name: 'insights-maturity',
    kind: Platform,
    concurrency: 1,
    watches: [
      watching<Attestation>({ kind: Attestation, keysOf: every }),
      watching<Component>({ kind: Component, keysOf: () => [] }),
      watching<Environment>({ kind: Environment, keysOf: every }),
      watching<Template>({ kind: Template, keysOf: every }),
      watching<TemplateRun>({ kind: TemplateRun, keysOf: () => [] }),
      watching<Workload>({ kind: Workload, keysOf: () => [] }),
      watching<Report>({ kind: Report, keysOf: every }),
    ],
    reconcile: async (platform, context) => {
      const wait = last + PAUSE_MS - context.clock.now();
      if (wait > 0) return doneFor(wait);
      last = context.clock.now();
      return reconcile(platform, context);
    },
  });
}

async function reconcile(platform: Stored<Platform>, context: Context): Promise<Outcome> {
  const { cache, client, clock } = context;
  const definitions = await listRevisions(client);
  const maturity = maturityOf({
    platform,
    components: cache(Component).list(),
    environments: cache(Environment).list(),
    workloads: cache(Workload).list(),
    reports: cache(Report)
      .list()
      .filter(({ spec }) => spec.subject.kind === Workload.kind),
    templates: cache(Template).list(),
    runs: cache(TemplateRun).list(),
    definitions: definitions.length,
    attestations: cache(Attestation).list(),
    now: clock.now(),
  });
  const before = cache(Report).get(MATURITY_REPORT);
  if (isDeepStrictEqual(before?.status?.maturity, maturity)) return doneFor(LOOK_AGAIN_MS);
  if (!before) await createUnlessThere(client, platform);
  await updateStatus(client, Report, MATURITY_REPORT, draft => {
    draft.status = { at: new Date(clock.now()).toISOString(), maturity };
  });
  return doneFor(LOOK_AGAIN_MS);
}

async function createUnlessThere(client: Context['client'], { metadata }: Stored<Platform>): Promise<void> {
  const report: Report = {
    apiVersion: `${Report.group}/${Report.version}`,
    kind: Report.kind,
    metadata: MATURITY_REPORT,
    spec: { subject: { kind: Platform.kind, name: metadata.name } },
  };
  await client.create(Report, report).catch(error => {
    if (!hasReason(error, 'AlreadyExists')) throw error;
  });
}
