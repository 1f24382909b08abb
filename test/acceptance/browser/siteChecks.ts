import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/** How long a cold start may take here. */
const COLD_MS = 60_000

/** Opens the notes' page at `siteUrl`, and waits until it says that its backend is ready. */
export const notesAreReady = async (page: Page, siteUrl: string): Promise<void> => {
  await page.goto(siteUrl)
  await page.getByRole('status').filter({ hasText: 'Ready.' }).waitFor({ timeout: COLD_MS })
}

/** The notes' page works against its backend, whatever serves the two: a note is written, kept, and deleted. */
export const notesWork = async (page: Page, siteUrl: string): Promise<void> => {
  const text = `Remember ${crypto.randomUUID()} <b>&</b>`
  await notesAreReady(page, siteUrl)
  await page.getByLabel('New note').fill(text)
  await page.getByRole('button', { name: 'Add' }).click()
  const note = page.getByRole('listitem').filter({ hasText: text })
  await note.waitFor()
  expect(await page.getByLabel('New note').inputValue()).toBe('')
  await notesAreReady(page, siteUrl)
  await note.waitFor()
  await note.getByRole('button', { name: 'Delete' }).click()
  await note.waitFor({ state: 'detached' })
}

/** The stories' pages work at their own addresses, whatever serves them: written here, opened there. */
export const deepLinksWork = async (page: Page, siteUrl: string): Promise<void> => {
  const title = `Story ${crypto.randomUUID()}`
  await page.goto(siteUrl)
  await page.getByRole('status').filter({ hasText: 'Ready.' }).waitFor({ timeout: COLD_MS })
  await page.getByLabel('New story').fill(title)
  await page.getByRole('button', { name: 'Add' }).click()
  await page.getByRole('link', { name: title }).click()
  await page.getByRole('heading', { name: title, level: 1 }).waitFor()
  expect(new URL(page.url()).pathname).toMatch(/^\/stories\/\d+$/)
  await page.getByLabel('New chapter').fill('In the beginning')
  await page.getByRole('button', { name: 'Add chapter' }).click()
  await page.getByRole('heading', { name: 'In the beginning' }).waitFor()
  // Nothing of the page before is left: the server alone decides what this address is.
  const answer = await page.goto(page.url())
  expect(answer?.status()).toBe(200)
  await page.getByRole('heading', { name: title, level: 1 }).waitFor({ timeout: COLD_MS })
  await page.getByRole('heading', { name: 'In the beginning' }).waitFor()
  expect(await page.title()).toBe(`${title} · StoryArchitect`)
  await page.goto(new URL('/stories/999999', siteUrl).href)
  await page.getByRole('heading', { name: 'There is nothing here' }).waitFor({ timeout: COLD_MS })
  expect((await fetch(new URL('/assets/none.js', siteUrl))).status).toBeGreaterThanOrEqual(400)
}
