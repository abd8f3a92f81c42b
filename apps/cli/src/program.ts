import { commandLineOf } from './command.ts';
import { auditEntries } from './commands/audit/entries.ts';
import { blueprintEntries } from './commands/blueprint/entries.ts';
import { bundleEntries } from './commands/bundle/entries.ts';
import { capabilityEntries } from './commands/capability/entries.ts';
import { changeEntries } from './commands/change/entries.ts';
import { definitionEntries } from './commands/definition-entries.ts';
import { destroyEntries } from './commands/destroy/entries.ts';
import { platformEntries } from './commands/entries.ts';
import { teamArchiveEntries } from './commands/export/entries.ts';
import { importEntries } from './commands/import/entries.ts';
import { insightsEntries } from './commands/insights/entries.ts';
import { maturityEntries } from './commands/maturity/entries.ts';
import { movingEntries } from './commands/moving-entries.ts';
import { packageEntries } from './commands/package/entries.ts';
import { namedPlatformEntries } from './commands/platform/entries.ts';
import { policyEntries } from './commands/policy/entries.ts';
import { promotionEntries } from './commands/promotion/entries.ts';
import { releaseEntries } from './commands/release/entries.ts';
import { renderEntries } from './commands/render-entries.ts';
import { scorecardEntries } from './commands/scorecard/entries.ts';
import { securityEntries } from './commands/security/entries.ts';
import { serviceEntries } from './commands/service/entries.ts';
import { signingEntries } from './commands/signing/entries.ts';
import { teamEntries } from './commands/team/entries.ts';
import { templateEntries } from './commands/template/entries.ts';
import { tokenEntries } from './commands/token/entries.ts';
import { traceEntries } from './commands/trace/entries.ts';
import { upgradeEntries } from './commands/upgrade/entries.ts';
import { userEntries } from './commands/user/entries.ts';
import type { CommandLine, Entry } from './entry.ts';

/** Every command there is. */
const ENTRIES: Entry[] = [
  ...platformEntries,
  ...upgradeEntries,
  ...destroyEntries,
  ...bundleEntries,
  ...namedPlatformEntries,
  ...definitionEntries,
  ...movingEntries,
  ...teamArchiveEntries,
  ...packageEntries,
  ...blueprintEntries,
  ...importEntries,
  ...releaseEntries,
  ...renderEntries,
  ...policyEntries,
  ...tokenEntries,
  ...userEntries,
  ...teamEntries,
  ...auditEntries,
  ...traceEntries,
  ...securityEntries,
  ...signingEntries,
  ...serviceEntries,
  ...promotionEntries,
  ...changeEntries,
  ...capabilityEntries,
  ...scorecardEntries,
  ...insightsEntries,
  ...maturityEntries,
  ...templateEntries,
];

/**
 * The whole command line; shell completion and the manual are made of it, too. With `words` that name one command, only
 * that one: making all of them takes longer than many a command runs.
 */
export function commandLine(words: string[] = []): CommandLine {
  return commandLineOf(entriesFor(words), ENTRIES);
}

/** Commands that are about the others. */
const ABOUT_ALL = ['completion', 'man'];

function entriesFor(words: string[]): Entry[] {
  const named = ENTRIES.filter(({ path }) => path.every((word, index) => words[index] === word));
  const [only] = named;
  if (!only || named.length > 1 || ABOUT_ALL.includes(only.path[0] ?? '')) return ENTRIES;
  return named;
}
