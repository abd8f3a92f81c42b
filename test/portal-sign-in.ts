import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import type { Platform } from './platform-process.ts';

/** Signs in with the platform's single-use link and ends at the list of services. */
export async function signIn(page: Page, { report }: Platform): Promise<void> {
  await page.goto((await readFile(report.signInFile, 'utf8')).trim());
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: 'Go on without a password' }).click();
  await page.getByRole('heading', { name: 'Services' }).waitFor();
}
