import type { Client } from '@slipway/client';
import type { Controller } from '@slipway/runtime';
import type { GitServer } from '../git-server/call.ts';
import { maturityController } from './maturity/reconcile.ts';
import { serviceReportController } from './service-report.ts';
import { applyShippedScorecards } from './shipped.ts';

/** What watches services and the platform, and keeps Reports on them. */
export async function startInsights(client: Client, git: GitServer): Promise<Controller[]> {
  await applyShippedScorecards(client);
  return [serviceReportController(git), maturityController()];
}
