import { messageOf } from '@slipway/api';
import { connect, type Target } from '../connection.ts';
import { selectFile } from '../definition-source.ts';
import { say } from '../output.ts';
import { applyPackages, definitionPackages } from './definition-packages.ts';

/** The packages that a definition names; what is wrong with them stops no platform that runs. */
export async function bringPackages(options: Target, file: string): Promise<void> {
  const selection = await selectFile(file, options);
  const connection = await connect(options);
  try {
    const packages = await definitionPackages(selection, file, { connection });
    await applyPackages({ client: connection.client, connection }, packages, say);
  } catch (error) {
    say(`packages: not as the definition says: ${messageOf(error)}`);
    say(`next: mend it, then slipway apply -f ${file}`);
  }
}
