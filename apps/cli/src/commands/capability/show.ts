import { CAPABILITY_IDS, type CapabilityId, capabilityOf } from '@slipway/definition';
import { catalogue } from '@slipway/platform';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, EXIT, print } from '../../output.ts';

/** One capability: its purpose, and guidance on each technology for it. */
export async function run(options: GlobalOptions, [id = '']: string[]): Promise<number> {
  const all = catalogue();
  const capability = capabilityOf(all, id as CapabilityId);
  if (!capability) {
    const known = CAPABILITY_IDS.filter(each => capabilityOf(all, each)).join(', ');
    throw new CommandError(
      `capability ${JSON.stringify(id)}: nothing serves it in this version; known: ${known}`,
      { exitCode: EXIT.usage },
    );
  }
  const technologies = all.technologies
    .filter(each => each.capabilities.includes(capability.id))
    .map(({ id: name, title, guidance }) => ({ id: name, title, ...guidance }));
  print(options.output, { ...capability, technologies }, () =>
    [
      `${capability.title} (${capability.id}; ${capability.choice === 'one' ? 'one technology' : 'several side by side'})`,
      capability.purpose,
      ...technologies.map(each =>
        [
          '',
          `${each.title} (${each.id})`,
          `  for         ${each.purpose}`,
          `  choose      ${each.chooseWhen}`,
          `  avoid       ${each.avoidWhen}`,
          `  licence     ${each.licence}`,
          `  CNCF        ${each.cncf}`,
          `  maintained  ${each.maintenance}`,
          `  switching   ${each.switching}`,
        ].join('\n'),
      ),
    ].join('\n'),
  );
  return EXIT.done;
}
